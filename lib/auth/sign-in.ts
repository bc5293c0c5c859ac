import "server-only";
import NextAuth from "next-auth";
import { cookies, headers } from "next/headers";
import { NextRequest, NextResponse } from "next/server";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { clearCookie, COOKIE_PROBE, nextAuthCookie } from "./cookies";
import { findEndSessionUrl, PROVIDER_ID } from "./identity-provider";
import { authOptions, TRY_LATER, UNAVAILABLE, type Attempt } from "./options";
import { PASSKEY_REQUIRED } from "./recovery-codes";
import { getSession } from "./session";
import { endAllSessions, endSession } from "./session-store";

// Server actions call NextAuth's own endpoints, so that the forms work without JavaScript and keep what was typed.

const BASE = "http://localhost";

export type SignInError = "refused" | "unavailable" | "passkey-required" | { locked: number } | { busy: number };
export type SignInResult = "signed-in" | "no-cookies" | SignInError;

export async function signInWithPassword(email: string, password: string): Promise<SignInResult> {
  return tryCredentials({ email, password });
}

export async function signInWith(attempt: Attempt): Promise<SignInResult> {
  return tryCredentials({}, attempt);
}

export async function hasCookies(): Promise<boolean> {
  if ((await headers()).get("cookie")) return true;
  (await cookies()).set(COOKIE_PROBE);
  return false;
}

async function tryCredentials(fields: Record<string, string>, attempt?: Attempt): Promise<SignInResult> {
  if (!(await hasCookies())) return "no-cookies";
  // Without `callbackUrl`, NextAuth takes it from a cookie that any link can set.
  const response = await post(["callback", "credentials"], { ...fields, callbackUrl: "/" }, attempt);
  const isSignedIn = new NextResponse(null, response).cookies.get(nextAuthCookie("session-token"))?.value;
  return isSignedIn ? "signed-in" : ((await readSignInError(response)) ?? "unavailable");
}

export async function startProviderSignIn(callbackUrl: string): Promise<string | null> {
  const response = await post(["signin", PROVIDER_ID], { callbackUrl });
  return (await readSignInError(response)) ? null : response.headers.get("location");
}

export async function signOut({ isEverywhere = false } = {}): Promise<string> {
  let isFromProvider = false;
  let isEnded = true;
  try {
    const session = await getSession();
    if (session) {
      const { user } = session;
      await (isEverywhere ? endAllSessions(user) : endSession(user, user.sessionId));
      isFromProvider = session.isFromProvider;
    }
  } catch (error) {
    log.error({ err: error }, "session not ended");
    isEnded = false;
  }
  await clearCookie(nextAuthCookie("session-token"));
  if (!isEnded) return "/login?signed-out=device";
  if (!isFromProvider || !env().oidc) return "/login?signed-out";
  return (await findEndSessionUrl("/login?signed-out")) ?? "/login?signed-out=here";
}

/** Removes a callback cookie left by another application on this host: NextAuth throws if it cannot parse it. */
export async function callNextAuth(
  request: NextRequest,
  action: string[],
  options: { signal?: AbortSignal; attempt?: Attempt } = {},
): Promise<Response> {
  const cookie = (await cookies()).get(nextAuthCookie("callback-url"));
  if (cookie && !(/^https?:/.test(cookie.value) && URL.canParse(cookie.value))) await clearCookie(cookie.name);
  return NextAuth(request, { params: { nextauth: action } }, authOptions(options));
}

async function post(action: string[], fields: Record<string, string>, attempt?: Attempt): Promise<Response> {
  const { csrfToken } = await (await callInAction(["csrf"])).json();
  const body = new URLSearchParams({ ...fields, csrfToken });
  return callInAction(action, { method: "POST", body }, attempt);
}

async function callInAction(
  action: string[],
  init?: { method: string; body: URLSearchParams },
  attempt?: Attempt,
): Promise<Response> {
  const request = new NextRequest(`${BASE}/api/auth/${action.join("/")}`, init);
  const response = await callNextAuth(request, action, { attempt });
  const jar = await cookies();
  for (const cookie of new NextResponse(null, { headers: response.headers }).cookies.getAll()) jar.set(cookie);
  return response;
}

export async function readSignInError(response: Response): Promise<SignInError | null> {
  const isJson = response.headers.get("content-type") === "application/json";
  const location = isJson ? (await response.clone().json())?.url : response.headers.get("location");
  const error = URL.canParse(location, BASE) && new URL(location, BASE).searchParams.get("error");
  if (!error) return null;
  const [, kind, seconds] = TRY_LATER.exec(error) ?? [];
  if (kind) return kind === "Locked" ? { locked: Number(seconds) } : { busy: Number(seconds) };
  if (error === PASSKEY_REQUIRED) return "passkey-required";
  return error === UNAVAILABLE ? "unavailable" : "refused";
}
