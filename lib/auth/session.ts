import "server-only";
import { decode } from "next-auth/jwt";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { isUuid } from "@/lib/glassix/identity/claims";
import { log } from "@/lib/log";
import { Prisma, type User } from "@/prisma/generated/client";
import { toSafePath } from "./callback-url";
import { nextAuthCookie } from "./cookies";

export type SessionUser = Omit<User, "passwordHash" | "disabledAt" | "isPasskeyRequired"> & {
  sessionId: string;
  /** The customer proved who they are a short time ago, and may change how they sign in. */
  isRecent: boolean;
};

export type Session = { expiresAt: Date; isFromProvider: boolean; user: SessionUser };

const RECENT = 600_000;
const TOUCH_INTERVAL = 60_000;

export function idleSince(): Date {
  const { idleTimeout } = env().session;
  return new Date(idleTimeout === null ? 0 : Date.now() - idleTimeout * 1000);
}

export type SessionToken = { userId: string; sessionId: string };

/** Not NextAuth's `getToken`, which would append numbered cookies left by another application on this host. */
export const readSessionToken = cache(async (): Promise<SessionToken | null> => {
  const token = (await cookies()).get(nextAuthCookie("session-token"))?.value;
  const { sub, sessionId } = (await decode({ token, secret: env().nextAuthSecret }).catch(() => null)) ?? {};
  return isUuid(sub) && isUuid(sessionId) ? { userId: sub, sessionId } : null;
});

/** Decides whether a session is valid, on pages and in the identity endpoint: "s" is null once it has ended. */
export function fromSession({ userId, sessionId }: SessionToken): Prisma.Sql {
  return Prisma.sql`
    FROM "User" u LEFT JOIN "Session" s
      ON s."id" = ${sessionId}::uuid AND s."userId" = u."id" AND s."expiresAt" > ${new Date()} AND s."lastSeenAt" > ${idleSince()}
    WHERE u."id" = ${userId}::uuid`;
}

type Row = Omit<SessionUser, "sessionId" | "isRecent"> & {
  expiresAt: Date;
  lastSeenAt: Date;
  authenticatedAt: Date;
  isFromProvider: boolean;
};

export const getSession = cache(async (): Promise<Session | null> => {
  const token = await readSessionToken();
  if (!token) return null;
  const [row] = await db().$queryRaw<Row[]>`
    SELECT u."id", u."uniqueIdentifier", u."email", u."firstName", u."lastName", u."plan", u."emailConfirmedAt", u."language", u."createdAt",
      u."updatedAt", s."expiresAt", s."lastSeenAt", s."authenticatedAt", s."isFromProvider"
    ${fromSession(token)} AND s."id" IS NOT NULL AND u."disabledAt" IS NULL`;
  if (!row) return null;
  const { expiresAt, lastSeenAt, authenticatedAt, isFromProvider, ...user } = row;
  await touchSession(token.sessionId, lastSeenAt);
  const isRecent = Date.now() - authenticatedAt.getTime() < RECENT;
  return { expiresAt, isFromProvider, user: { ...user, sessionId: token.sessionId, isRecent } };
});

async function touchSession(id: string, lastSeenAt: Date): Promise<void> {
  const { idleTimeout } = env().session;
  const interval = Math.min(TOUCH_INTERVAL, ((idleTimeout ?? Infinity) * 1000) / 10);
  if (Date.now() - lastSeenAt.getTime() < interval) return;
  await db()
    .session.updateMany({ where: { id }, data: { lastSeenAt: new Date() } })
    .catch((error: unknown) => log.warn({ err: error }, "session activity not recorded"));
}

export async function endReplacedSession(): Promise<void> {
  const token = await readSessionToken();
  if (token) await db().session.deleteMany({ where: { id: token.sessionId, userId: token.userId } });
}

export const getUser = async (): Promise<SessionUser | null> => (await getSession())?.user ?? null;

/** Null also if the form was rendered for another customer, who has since signed out in this browser. */
export async function getFormUser(formData: unknown): Promise<SessionUser | null> {
  const user = await getUser();
  return formData instanceof FormData && user?.uniqueIdentifier === formData.get("customer") ? user : null;
}

export async function requireUser(): Promise<SessionUser> {
  const user = await getUser();
  if (user) return user;
  // proxy.ts sets it: layouts and pages do not know their own address.
  const path = toSafePath((await headers()).get("x-path"));
  redirect(`/login?callbackUrl=${encodeURIComponent(path)}`);
}

export const toChatSession = (session: Session | null) =>
  session ? { user: toChatUser(session.user), endsIn: session.expiresAt.getTime() - Date.now() } : { user: null };

function toChatUser({ uniqueIdentifier, updatedAt, sessionId }: SessionUser) {
  return { uniqueIdentifier, identityVersion: updatedAt.getTime(), sessionId };
}
