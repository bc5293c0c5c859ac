import "server-only";
import NextAuth from "next-auth";
import { cookies } from "next/headers";
import { NextRequest, NextResponse } from "next/server";
import { env } from "@/lib/env";
import { countSignInFailure } from "@/lib/telemetry";
import { findEndSessionUrl, PROVIDER_ID } from "./identity-provider";
import { authOptions, LINK_ID, LOCKED, UNAVAILABLE } from "./options";
import { readSession } from "./session";

/**
 * NextAuth's own endpoints, called from a server action: the login form then works before (and without)
 * JavaScript, keeps what was typed, and there is still only one way in. Server actions bring their own
 * protection against cross-site requests; NextAuth's is satisfied as its client would.
 */

const SESSION_COOKIE = /next-auth\.session-token(\.\d+)?$/;

/** `lockedFor`: the seconds until another try is allowed. */
export type SignInResult = "signed-in" | "refused" | "unavailable" | { lockedFor: number };

/** Signs in with e-mail and password by setting NextAuth's session cookie. Call it in a server action. */
export async function signInWithPassword(email: string, password: string): Promise<SignInResult> {
  return tryCredentials("credentials", { email, password });
}

/**
 * Links the account at the provider that this browser has proved to the account whose password this is, and signs
 * in. Call it in a server action.
 */
export async function linkAndSignIn(password: string): Promise<SignInResult> {
  return tryCredentials(LINK_ID, { password });
}

async function tryCredentials(id: string, fields: Record<string, string>): Promise<SignInResult> {
  // `callbackUrl`, because NextAuth would otherwise take one from a cookie that any link could have set.
  const response = await callNextAuth("POST", ["callback", id], { ...fields, callbackUrl: "/" });
  if (new NextResponse(null, response).cookies.getAll().some(({ name, value }) => SESSION_COOKIE.test(name) && value))
    return "signed-in";
  const error = readError(response);
  const lockedFor = Number(LOCKED.exec(error)?.[1]);
  return lockedFor ? { lockedFor } : error === UNAVAILABLE ? "unavailable" : "refused";
}

/**
 * Begins to sign in at the identity provider. Call it in a server action.
 *
 * @param callbackUrl the path to come back to
 * @returns the provider's address, or null when it does not answer
 */
export async function startProviderSignIn(callbackUrl: string): Promise<string | null> {
  const response = await callNextAuth("POST", ["signin", PROVIDER_ID], { callbackUrl });
  const error = readError(response);
  if (error) countSignInFailure("provider", "unreachable");
  return error ? null : response.headers.get("location");
}

/**
 * Ends the session by clearing NextAuth's session cookie. Call it in a server action.
 *
 * @returns where to go then: for a session that began at the identity provider, to the end of the provider's own
 */
export async function signOut(): Promise<string> {
  const session = await readSession();
  await callNextAuth("POST", ["signout"], {});
  if (!session?.isFromProvider || !env().oidc) return "/login?signed-out";
  return (await findEndSessionUrl("/login?signed-out")) ?? "/login?signed-out=here";
}

/** The error in the address that NextAuth sends the browser to, or "". */
function readError(response: Response): string {
  const location = response.headers.get("location") ?? `/?error=${UNAVAILABLE}`;
  return new URL(location, "http://localhost").searchParams.get("error") ?? "";
}

async function callNextAuth(
  method: "GET" | "POST",
  action: string[],
  fields?: Record<string, string>,
): Promise<Response> {
  const body = fields && new URLSearchParams({ ...fields, csrfToken: await readCsrfToken() });
  const request = new NextRequest(`http://localhost/api/auth/${action.join("/")}`, { method, body });
  const response: Response = await NextAuth(request, { params: { nextauth: action } }, authOptions());
  const jar = await cookies();
  for (const cookie of new NextResponse(null, { headers: response.headers }).cookies.getAll()) jar.set(cookie);
  return response;
}

async function readCsrfToken(): Promise<string> {
  const response = await callNextAuth("GET", ["csrf"]);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return csrfToken;
}
