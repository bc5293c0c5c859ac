import "server-only";
import NextAuth from "next-auth";
import { cookies } from "next/headers";
import { NextRequest, NextResponse } from "next/server";
import { authOptions, LOCKED, UNAVAILABLE } from "./options";

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
  // `callbackUrl`, because NextAuth would otherwise take one from a cookie that any link could have set.
  const response = await callNextAuth("POST", ["callback", "credentials"], { email, password, callbackUrl: "/" });
  if (new NextResponse(null, response).cookies.getAll().some(({ name, value }) => SESSION_COOKIE.test(name) && value))
    return "signed-in";
  const location = new URL(response.headers.get("location") ?? `/?error=${UNAVAILABLE}`, "http://localhost");
  const error = location.searchParams.get("error") ?? "";
  const lockedFor = Number(LOCKED.exec(error)?.[1]);
  return lockedFor ? { lockedFor } : error === UNAVAILABLE ? "unavailable" : "refused";
}

/** Ends the session by clearing NextAuth's session cookie. Call it in a server action. */
export async function signOut(): Promise<void> {
  await callNextAuth("POST", ["signout"], {});
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
