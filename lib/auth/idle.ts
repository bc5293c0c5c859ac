import "server-only";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import type { Session } from "./session";

/** What is seen again within so many milliseconds is not written down again. */
const WRITE_EVERY = 60_000;

/**
 * Whether nobody has used this session for too long. Always false, and without a look at the database,
 * where the environment sets no SESSION_IDLE_TIMEOUT.
 *
 * @param isUse whether this very request is a use. A page that renews its chat by itself is none
 */
export async function hasIdled(session: Session, isUse: boolean): Promise<boolean> {
  const { idleTimeout, maxAge } = env().session;
  if (idleTimeout === null) return false;
  const now = Date.now();
  const { sessionId } = session;
  const activity = await db().sessionActivity.findUnique({ where: { sessionId } });
  // One that was never seen began when it was made.
  const seenAt = activity?.seenAt.getTime() ?? now + session.endsIn - maxAge * 1000;
  if (now - seenAt > idleTimeout * 1000) return true;
  if (isUse && (!activity || now - seenAt > Math.min(WRITE_EVERY, idleTimeout * 100))) {
    const data = { seenAt: new Date(now) };
    await db().sessionActivity.upsert({ where: { sessionId }, create: { sessionId, ...data }, update: data });
    // No session outlives this.
    await db().sessionActivity.deleteMany({ where: { seenAt: { lt: new Date(now - maxAge * 1000) } } });
  }
  return false;
}
