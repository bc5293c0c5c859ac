import "server-only";
import { audit } from "@/lib/audit";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { findKnownDevice, readDevice, rememberDevice } from "./devices";
import { notify } from "./outbox";
import { idleSince } from "./session";
import type { VerifiedUser } from "./users";

const SWEEP_LIMIT = 100;
const MAX_SESSIONS = 200;
const LISTED = 20;

export type SignInMethod = "password" | "provider" | "registration" | "passkey" | "recovery-code";

/** Returns null if what was checked no longer holds, such as the password, or if more is required by now. */
export async function createSession(
  { id: userId, email, passwordHash, passkeyId }: Omit<VerifiedUser, "isPasskeyRequired">,
  method: SignInMethod,
): Promise<string | null> {
  const isFromProvider = method === "provider";
  const isKnownDevice = (await findKnownDevice(email)) !== null;
  const { browser, system, network } = await readDevice();
  const now = new Date();
  // The provider may have signed the customer in without asking for anything.
  const authenticatedAt = isFromProvider ? new Date(0) : now;
  const expiresAt = new Date(now.getTime() + env().session.maxAge * 1000);
  // FOR SHARE waits for a concurrent change. A later one waits for these rows, and then ends this session.
  const [row] = await db().$queryRaw<{ id: string }[]>`
    INSERT INTO "Session"
      ("userId", "isFromProvider", "device", "network", "createdAt", "lastSeenAt", "authenticatedAt", "expiresAt")
    SELECT u."id", ${isFromProvider}, ${`${browser}|${system}`}, ${network}, ${now}, ${now}, ${authenticatedAt}, ${expiresAt}
    FROM (
      SELECT "id" FROM "User" WHERE "id" = ${userId}::uuid AND "disabledAt" IS NULL
        AND (${passwordHash}::text IS NULL OR "passwordHash" = ${passwordHash}::text)
        AND (NOT "isPasskeyRequired" OR ${method !== "password"})
      FOR SHARE
    ) u RETURNING "id"`;
  await db().$executeRaw`
    DELETE FROM "Session" WHERE "id" IN (
      SELECT "id" FROM "Session" WHERE "userId" = ${userId}::uuid ORDER BY "lastSeenAt" DESC OFFSET ${MAX_SESSIONS}
    )`;
  await db()
    .session.deleteMany({
      where: { OR: [{ expiresAt: { lt: now } }, { lastSeenAt: { lt: idleSince() } }] },
      limit: SWEEP_LIMIT,
    })
    .catch((error: unknown) => log.warn({ err: error }, "expired sessions not deleted"));
  // Afterwards, because the statement may have waited for the removal of the passkey.
  if (row && passkeyId && (await db().passkey.count({ where: { id: passkeyId } })) === 0) {
    await db().session.deleteMany({ where: { id: row.id } });
    return null;
  }
  if (row && !isKnownDevice) {
    await rememberDevice(email);
    await notify({ email }, "new-device");
  }
  return row?.id ?? null;
}

export async function refreshAuthentication({ sessionId }: { sessionId: string }): Promise<void> {
  await db().session.updateMany({ where: { id: sessionId }, data: { authenticatedAt: new Date() } });
}

export async function listSessions(user: { id: string }) {
  const where = { userId: user.id, expiresAt: { gt: new Date() }, lastSeenAt: { gt: idleSince() } };
  const [sessions, total] = await Promise.all([
    db().session.findMany({
      where,
      select: { id: true, device: true, network: true, lastSeenAt: true },
      orderBy: { lastSeenAt: "desc" },
      take: LISTED,
    }),
    db().session.count({ where }),
  ]);
  return { sessions, total };
}

type Owner = { id: string; email: string; sessionId: string };

export async function endSession(user: Owner, id: string): Promise<void> {
  const { count } = await db().session.deleteMany({ where: { id, userId: user.id } });
  if (count === 0) return;
  if (id === user.sessionId) await audit("sign-out", "success", user);
  else await audit("sessions-ended", "success", user, { count, ended: id });
}

export async function endAllSessions(user: Owner, { exceptThis = false } = {}): Promise<void> {
  const { count } = await db().session.deleteMany({
    where: { userId: user.id, ...(exceptThis && { id: { not: user.sessionId } }) },
  });
  await audit("sessions-ended", "success", user, { count, exceptThis });
}
