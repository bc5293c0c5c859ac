import "server-only";
import NextAuth from "next-auth";
import { cookies, headers } from "next/headers";
import { NextRequest, NextResponse } from "next/server";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { findEndSessionUrl, PROVIDER_ID } from "./identity-provider";
import { COOKIE_PROBE } from "./cookie-probe";
import { authOptions, LINK_ID, TRY_LATER, UNAVAILABLE } from "./options";
import { removeProviderLinks } from "./provider-accounts";
import { getSession, sessionCookieName } from "./session";
import { endAllSessions, endSession } from "./session-store";

// Server actions call NextAuth's own endpoints, so that the forms work without JavaScript and keep what was typed.

/** For relative addresses. */
const BASE = "http://localhost";
const CALLBACK_COOKIE = /next-auth\.callback-url$/;

/** Numbers: seconds until the next attempt. */
export type SignInResult =
  "signed-in" | "refused" | "unavailable" | "no-cookies" | { locked: number } | { busy: number };

export async function signInWithPassword(email: string, password: string): Promise<SignInResult> {
  return tryCredentials("credentials", { email, password });
}

/** Links the account at the identity provider that this browser has proved, and signs in. */
export async function linkAndSignIn(password: string): Promise<SignInResult> {
  return tryCredentials(LINK_ID, { password });
}

/** Whether the browser accepts cookies: proxy.ts sets one on the sign-in pages. */
export async function hasCookies(): Promise<boolean> {
  if ((await headers()).get("cookie")) return true;
  (await cookies()).set(COOKIE_PROBE);
  return false;
}

async function tryCredentials(id: string, fields: Record<string, string>): Promise<SignInResult> {
  if (!(await hasCookies())) return "no-cookies";
  // Without `callbackUrl`, NextAuth takes it from a cookie that any link can set.
  const response = await callNextAuthInAction("POST", ["callback", id], { ...fields, callbackUrl: "/" });
  if (new NextResponse(null, response).cookies.get(sessionCookieName())?.value) return "signed-in";
  const error = await readError(response);
  const [, kind, seconds] = TRY_LATER.exec(error) ?? [];
  if (kind === "Locked") return { locked: Number(seconds) };
  if (kind === "Busy") return { busy: Number(seconds) };
  return error && error !== UNAVAILABLE ? "refused" : "unavailable";
}

/** Returns the address of the identity provider to redirect to, or null when it cannot be reached. */
export async function startProviderSignIn(callbackUrl: string): Promise<string | null> {
  const response = await callNextAuthInAction("POST", ["signin", PROVIDER_ID], { callbackUrl });
  const error = await readError(response);
  return error ? null : response.headers.get("location");
}

/** Ends the session, or all of the customer's sessions. Returns where to redirect: to the identity provider's sign-out, if it has one. */
export async function signOut({ isEverywhere = false, removeLinks = false } = {}): Promise<string> {
  let isFromProvider = false;
  let isEnded = true;
  try {
    const session = await getSession();
    if (session && removeLinks) await removeProviderLinks(session.user);
    if (session) await (isEverywhere ? endAllSessions(session.user) : endSession(session.user, session.id));
    isFromProvider = session?.isFromProvider ?? false;
  } catch (error) {
    // Clear the cookie all the same: somebody else may use this device next.
    log.error({ err: error }, "session not ended");
    isEnded = false;
  }
  await clearCookie(sessionCookieName());
  if (!isEnded) return "/login?signed-out=device";
  if (!isFromProvider || !env().oidc) return "/login?signed-out";
  return (await findEndSessionUrl("/login?signed-out")) ?? "/login?signed-out=here";
}

/** Calls NextAuth. Removes a callback cookie that another application on this host has left and that it cannot parse. */
export async function callNextAuth(request: NextRequest, action: string[], signal?: AbortSignal): Promise<Response> {
  for (const { name, value } of (await cookies()).getAll())
    if (CALLBACK_COOKIE.test(name) && !(/^https?:\/\//.test(value) && URL.canParse(value))) await clearCookie(name);
  return NextAuth(request, { params: { nextauth: action } }, authOptions(signal));
}

async function callNextAuthInAction(
  method: "GET" | "POST",
  action: string[],
  fields?: Record<string, string>,
): Promise<Response> {
  const body = fields && new URLSearchParams({ ...fields, csrfToken: await readCsrfToken() });
  const request = new NextRequest(`http://localhost/api/auth/${action.join("/")}`, { method, body });
  const response = await callNextAuth(request, action);
  const jar = await cookies();
  for (const cookie of new NextResponse(null, { headers: response.headers }).cookies.getAll()) jar.set(cookie);
  return response;
}

/** The error in the address that NextAuth redirects to, or "". NextAuth's own client asks for that address as JSON. */
export async function readError(response: Response): Promise<string> {
  const isJson = response.headers.get("content-type") === "application/json";
  const location = isJson ? (await response.clone().json())?.url : response.headers.get("location");
  const url = URL.canParse(location ?? "", BASE) ? new URL(location ?? "", BASE) : null;
  return url?.searchParams.get("error") ?? "";
}

async function readCsrfToken(): Promise<string> {
  const response = await callNextAuthInAction("GET", ["csrf"]);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return csrfToken;
}

/** Browsers ignore changes to a cookie named __Secure-… without `secure`. */
async function clearCookie(name: string): Promise<void> {
  const options = { path: "/", httpOnly: true, sameSite: "lax", secure: env().isHttps, maxAge: 0 } as const;
  (await cookies()).set(name, "", options);
}
