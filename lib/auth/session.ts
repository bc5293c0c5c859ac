import "server-only";
import { decode } from "next-auth/jwt";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { isUuid } from "@/lib/glassix/identity/claims";
import { Prisma } from "@/prisma/generated/client";
import { toSafePath } from "./callback-url";
import { idleSince, touchSession } from "./session-store";

/** What the portal's pages may know of the signed-in customer. */
export type SessionUser = {
  id: string;
  uniqueIdentifier: string;
  email: string;
  firstName: string;
  lastName: string;
  plan: "standard" | "premium";
  createdAt: Date;
  updatedAt: Date;
  /** The session that this request belongs to. */
  sessionId: string;
};

export type Session = { id: string; expiresAt: Date; isFromProvider: boolean; user: SessionUser };

/** The contents of a session cookie. Only the session's row tells whether it is still valid. */
export type SessionToken = { userId: string; sessionId: string };

/** The contents of this request's session cookie, or null without one. Callers must still read the row. */
export const readSessionToken = cache(async (): Promise<SessionToken | null> => decodeSessionCookie(await cookies()));

export const sessionCookieName = () => `${env().isHttps ? "__Secure-" : ""}next-auth.session-token`;

/**
 * Decodes the session cookie. Not with NextAuth's `getToken`, which would append numbered cookies that another
 * application on this host has left; ours is too small to be split.
 */
export async function decodeSessionCookie(jar: {
  get(name: string): { value: string } | undefined;
}): Promise<SessionToken | null> {
  try {
    const token = jar.get(sessionCookieName())?.value;
    const { sub, sessionId } = (await decode({ token, secret: env().nextAuthSecret })) ?? {};
    return isUuid(sub) && isUuid(sessionId) ? { userId: sub, sessionId } : null;
  } catch {
    return null;
  }
}

/**
 * The rows that decide whether a session is valid: FROM and WHERE of the one query that reads for a session, on pages
 * and in the identity endpoint. "u" is the user. "s" is the session, or null once it has ended, expired or idled out.
 */
export function fromSession({ userId, sessionId }: SessionToken): Prisma.Sql {
  return Prisma.sql`
    FROM "User" u LEFT JOIN "Session" s
      ON s."id" = ${sessionId}::uuid AND s."userId" = u."id" AND s."expiresAt" > ${new Date()} AND s."lastSeenAt" > ${idleSince()}
    WHERE u."id" = ${userId}::uuid`;
}

type Row = Omit<SessionUser, "sessionId"> & { expiresAt: Date; lastSeenAt: Date; isFromProvider: boolean };

/** The session of a cookie with its customer, or null when it is not valid. Counts as activity. */
async function findSession(token: SessionToken): Promise<Session | null> {
  const [row] = await db().$queryRaw<Row[]>`
    SELECT u."id", u."uniqueIdentifier", u."email", u."firstName", u."lastName", u."plan", u."createdAt", u."updatedAt",
      s."expiresAt", s."lastSeenAt", s."isFromProvider"
    ${fromSession(token)} AND s."id" IS NOT NULL AND u."disabledAt" IS NULL`;
  if (!row) return null;
  const { expiresAt, lastSeenAt, isFromProvider, ...user } = row;
  await touchSession(token.sessionId, lastSeenAt);
  return { id: token.sessionId, expiresAt, isFromProvider, user: { ...user, sessionId: token.sessionId } };
}

/** This request's session, read once, or null without a valid one. */
export const getSession = cache(async (): Promise<Session | null> => {
  const token = await readSessionToken();
  return token && findSession(token);
});

/** Ends the session that a new sign-in replaces in this browser: its cookie may have been copied. */
export async function endReplacedSession(): Promise<void> {
  const token = await readSessionToken();
  if (token) await db().session.deleteMany({ where: { id: token.sessionId, userId: token.userId } });
}

/** The signed-in customer, or null. */
export const getUser = async (): Promise<SessionUser | null> => (await getSession())?.user ?? null;

/** The signed-in customer, or a redirect to the login page, which comes back to this page afterwards. */
export async function requireUser(): Promise<SessionUser> {
  const user = await getUser();
  if (user) return user;
  // proxy.ts sets it: a layout or a page does not know its own address.
  const path = toSafePath((await headers()).get("x-path"));
  redirect(`/login?callbackUrl=${encodeURIComponent(path)}`);
}

/** A session as the chat in the page takes it. `endsIn`: milliseconds until it expires. */
export const toChatSession = (session: Session | null) =>
  session
    ? { user: toChatUser(session.user), endsIn: session.expiresAt.getTime() - Date.now() }
    : { user: null, endsIn: null };

/** All that the browser learns: whose chat belongs in the page, when the identity's contents changed, and which sign-in it is. */
export function toChatUser({ uniqueIdentifier, updatedAt, sessionId }: SessionUser) {
  return { uniqueIdentifier, identityVersion: updatedAt.getTime(), sessionId };
}
