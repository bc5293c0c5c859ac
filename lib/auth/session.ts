import "server-only";
import { getToken } from "next-auth/jwt";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { db } from "@/lib/db";
import { env } from "@/lib/env";

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

/**
 * This request's session as its cookie has it: whose it is, which of their sign-ins, and in how many
 * milliseconds it ends. Null when nobody is signed in. Says nothing of whether the account still exists: who reads data finds out.
 */
export async function readSession(): Promise<{ userId: string; sessionId: string; endsIn: number } | null> {
  const jar = await cookies();
  const token = await getToken({
    // Cookies alone: getToken would take a Bearer header for a session as well.
    req: { cookies: Object.fromEntries(jar.getAll().map(({ name, value }) => [name, value])), headers: {} } as never,
    secret: env().nextAuthSecret,
  });
  if (typeof token?.sub !== "string" || typeof token.exp !== "number") return null;
  return { userId: token.sub, sessionId: String(token.jti), endsIn: token.exp * 1000 - Date.now() };
}

/** The id of the user in this request's session, or null. */
export async function readSessionUserId(): Promise<string | null> {
  return (await readSession())?.userId ?? null;
}

/** The signed-in customer, read once per request, or null when nobody is, or the account is gone or disabled. */
export const getUser = cache(async (): Promise<SessionUser | null> => {
  const id = await readSessionUserId();
  return id ? findActiveUser(id) : null;
});

/**
 * The signed-in customer, or a redirect to the login page that comes back to `path` afterwards.
 *
 * @param path where the visitor wanted to go, from the site's root: `/portal/claims`
 */
export async function requireUser(path: string): Promise<SessionUser> {
  return (await getUser()) ?? redirect(`/login?callbackUrl=${encodeURIComponent(path)}`);
}

/** The user with this id, or null when there is none or the account is disabled. */
export async function findActiveUser(id: string): Promise<SessionUser | null> {
  return db().user.findUnique({
    where: { id, disabledAt: null },
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
