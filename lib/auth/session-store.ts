import "server-only";
import { headers } from "next/headers";
import { audit } from "@/lib/audit";
import { readClientAddress, toNetwork } from "@/lib/client-address";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { nameDevice } from "./device-name";

/** Milliseconds between two writes of `lastSeenAt`. */
const TOUCH_INTERVAL = 60_000;

/** Expired rows that one sign-in deletes at most: somebody is waiting for it. */
const SWEEP_LIMIT = 100;

/** Sessions that the account page shows. */
const LISTED = 20;

export type ListedSession = { id: string; device: string; network: string | null; lastSeenAt: Date };

/** Creates the row of a new session and returns its id. Expired rows are deleted here, so that no job has to run. */
export async function createSession(userId: string, isFromProvider: boolean): Promise<string> {
  const { maxAge, idleTimeout } = env().session;
  const address = await readClientAddress();
  const now = Date.now();
  const { id } = await db().session.create({
    data: {
      userId,
      isFromProvider,
      device: nameDevice((await headers()).get("user-agent") ?? ""),
      network: address && toNetwork(address),
      createdAt: new Date(now),
      lastSeenAt: new Date(now),
      expiresAt: new Date(now + maxAge * 1000),
    },
    select: { id: true },
  });
  const isOver = [
    { expiresAt: { lt: new Date(now) } },
    ...(idleTimeout === null ? [] : [{ lastSeenAt: { lt: new Date(now - idleTimeout * 1000) } }]),
  ];
  await db()
    .session.deleteMany({ where: { OR: isOver }, limit: SWEEP_LIMIT })
    .catch((error: unknown) => log("warn", "expired sessions not deleted", { error }));
  return id;
}

/** Records that a session was used just now, at most once a minute. */
export async function touchSession(id: string, lastSeenAt: Date): Promise<void> {
  const { idleTimeout } = env().session;
  const interval = Math.min(TOUCH_INTERVAL, (idleTimeout ?? Infinity) * 100);
  if (Date.now() - lastSeenAt.getTime() < interval) return;
  await db()
    .session.updateMany({ where: { id }, data: { lastSeenAt: new Date() } })
    // A page can be shown all the same.
    .catch((error: unknown) => log("warn", "session activity not recorded", { error }));
}

/** The customer's sessions that have not expired, most recently used first, and how many there are. */
export async function listSessions(user: { id: string }): Promise<{ sessions: ListedSession[]; total: number }> {
  const { idleTimeout } = env().session;
  const now = Date.now();
  const where = {
    userId: user.id,
    expiresAt: { gt: new Date(now) },
    ...(idleTimeout !== null && { lastSeenAt: { gt: new Date(now - idleTimeout * 1000) } }),
  };
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

/** Ends one of the customer's sessions. Does nothing for a session that is not theirs. */
export async function endSession(user: Owner, id: string): Promise<void> {
  const { count } = await db().session.deleteMany({ where: { id, userId: user.id } });
  if (count === 0) return;
  if (id === user.sessionId) await audit("sign-out", "success", user);
  else await audit("sessions-ended", "success", user, { count, ended: id });
}

/** Ends the customer's sessions, on every device. */
export async function endAllSessions(user: Owner, { exceptThis = false } = {}): Promise<void> {
  const { count } = await db().session.deleteMany({
    where: { userId: user.id, ...(exceptThis && { id: { not: user.sessionId } }) },
  });
  await audit("sessions-ended", "success", user, { count, exceptThis });
}
