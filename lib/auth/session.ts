import "server-only";
import { getToken, type JWT } from "next-auth/jwt";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { hasIdled } from "./idle";
import { decodeSessionToken } from "./session-token";

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
};

/** A session as its cookie has it. Says nothing of whether the account still exists: who reads data finds out. */
export type Session = {
  userId: string;
  /** Which of their sign-ins this is. */
  sessionId: string;
  /** The user row's `sessionVersion` at sign-in: once that has grown, this is no session any more. */
  version: number;
  /** Milliseconds until its end. */
  endsIn: number;
  /** Whether it began at the identity provider, which then has a session of its own. */
  isFromProvider: boolean;
};

/** This request's session, or null when nobody is signed in. */
export const readSession = cache(async (): Promise<Session | null> => {
  const jar = await cookies();
  const token = await getToken({
    // Cookies alone: getToken would take a Bearer header for a session as well.
    req: { cookies: Object.fromEntries(jar.getAll().map(({ name, value }) => [name, value])), headers: {} } as never,
    secret: env().nextAuthSecret,
    decode: decodeSessionToken,
  });
  return token && toSession(token);
});

/** The session that a cookie stands for, or null for one that is none. */
export function toSession({ sub, version = 0, isFromProvider, exp, jti }: JWT): Session | null {
  if (typeof sub !== "string" || typeof exp !== "number" || typeof version !== "number") return null;
  return {
    userId: sub,
    sessionId: String(jti),
    version,
    endsIn: exp * 1000 - Date.now(),
    isFromProvider: isFromProvider === true,
  };
}

/** The signed-in customer, read once per request, or null when nobody is, or the account is gone or disabled. */
export const getUser = cache(async (): Promise<SessionUser | null> => {
  const session = await readSession();
  return session && findActiveUser(session);
});

/**
 * The signed-in customer, or a redirect to the login page that comes back to `path` afterwards.
 *
 * @param path where the visitor wanted to go, from the site's root: `/portal/claims`
 */
export async function requireUser(path: string): Promise<SessionUser> {
  return (await getUser()) ?? redirect(`/login?callbackUrl=${encodeURIComponent(path)}`);
}

/** Whose session this is, or null when it has ended: by idling, everywhere at once, or with its account. */
export async function findActiveUser(session: Session): Promise<SessionUser | null> {
  if (await hasIdled(session, true)) return null;
  return db().user.findUnique({
    where: { id: session.userId, sessionVersion: session.version, disabledAt: null },
    select: {
      id: true,
      uniqueIdentifier: true,
      email: true,
      firstName: true,
      lastName: true,
      plan: true,
      createdAt: true,
      updatedAt: true,
    },
  });
}

/** All that the browser learns: whose chat belongs in the page, when what the agent sees of them has changed, and which sign-in it is. */
export function toChatUser({ uniqueIdentifier, updatedAt }: SessionUser, sessionId: string) {
  return { uniqueIdentifier, identityVersion: updatedAt.getTime(), sessionId };
}
