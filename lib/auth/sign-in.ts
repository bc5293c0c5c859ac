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

/**
 * NextAuth's own endpoints, called from server actions: the login form then works without JavaScript and keeps what
 * was typed, and there is still only one way in. Server actions bring their own protection against cross-site
 * requests; NextAuth's is satisfied as its client would do it.
 */

const CALLBACK_COOKIE = /next-auth\.callback-url$/;

/** The numbers are seconds until another attempt. `busy`: nothing was checked. */
export type SignInResult =
  "signed-in" | "refused" | "unavailable" | "no-cookies" | { locked: number } | { busy: number };

/** Signs in with e-mail and password by setting NextAuth's session cookie. Call it in a server action. */
export async function signInWithPassword(email: string, password: string): Promise<SignInResult> {
  return tryCredentials("credentials", { email, password });
}

/**
 * Links the account at the provider that this browser has proved to the account with this password, and signs in.
 * Call it in a server action.
 */
export async function linkAndSignIn(password: string): Promise<SignInResult> {
  return tryCredentials(LINK_ID, { password });
}

/**
 * Whether the browser stores cookies: proxy.ts gives every visitor of the sign-in pages one. Without it, another is set,
 * so that the next attempt works where it was only lost. Call it in a server action.
 */
export async function hasCookies(): Promise<boolean> {
  if ((await headers()).get("cookie")) return true;
  (await cookies()).set(COOKIE_PROBE);
  return false;
}

async function tryCredentials(id: string, fields: Record<string, string>): Promise<SignInResult> {
  if (!(await hasCookies())) return "no-cookies";
  // `callbackUrl`, because NextAuth would otherwise take one from a cookie that any link could have set.
  const response = await callNextAuthInAction("POST", ["callback", id], { ...fields, callbackUrl: "/" });
  if (new NextResponse(null, response).cookies.get(sessionCookieName())?.value) return "signed-in";
  const error = readError(response);
  const [, kind, seconds] = TRY_LATER.exec(error) ?? [];
  if (kind === "Locked") return { locked: Number(seconds) };
  if (kind === "Busy") return { busy: Number(seconds) };
  return error === UNAVAILABLE ? "unavailable" : "refused";
}

/**
 * Begins to sign in at the identity provider. Call it in a server action.
 *
 * @param callbackUrl the path to come back to
 * @returns the provider's address, or null when it does not answer
 */
export async function startProviderSignIn(callbackUrl: string): Promise<string | null> {
  const response = await callNextAuthInAction("POST", ["signin", PROVIDER_ID], { callbackUrl });
  const error = readError(response);
  return error ? null : response.headers.get("location");
}

/**
 * Ends this browser's session: deletes its row, so that a copy of the cookie is worthless, and the cookie. Call it
 * where cookies can be set.
 *
 * @param isEverywhere ends all other sessions of the customer as well
 * @param removeLinks removes their links to accounts at the identity provider as well
 * @returns where to go then: for a session that began at the identity provider, to the end of the provider's own
 */
export async function signOut({ isEverywhere = false, removeLinks = false } = {}): Promise<string> {
  let isFromProvider = false;
  let isEnded = true;
  try {
    const session = await getSession();
    if (session && removeLinks) await removeProviderLinks(session.user);
    if (session) await (isEverywhere ? endAllSessions(session.user) : endSession(session.user, session.id));
    isFromProvider = session?.isFromProvider ?? false;
  } catch (error) {
    // The next person at this device matters more than the row, which expires.
    log.error({ err: error }, "session not ended");
    isEnded = false;
  }
  await clearCookie(sessionCookieName());
  if (!isEnded) return "/login?signed-out=device";
  if (!isFromProvider || !env().oidc) return "/login?signed-out";
  return (await findEndSessionUrl("/login?signed-out")) ?? "/login?signed-out=here";
}

/**
 * Calls NextAuth, without the cookies that it cannot read: another application on this host may have left a callback
 * address that NextAuth would refuse every request for.
 */
export async function callNextAuth(request: NextRequest, action: string[], signal?: AbortSignal): Promise<Response> {
  for (const { name, value } of (await cookies()).getAll())
    if (CALLBACK_COOKIE.test(name) && !(/^https?:\/\//.test(value) && URL.canParse(value))) await clearCookie(name);
  // NextAuth wants the context of its route as the second argument.
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

/** The error in the address that NextAuth sends the browser to, or "". */
function readError(response: Response): string {
  const location = response.headers.get("location") ?? `/?error=${UNAVAILABLE}`;
  return new URL(location, "http://localhost").searchParams.get("error") ?? "";
}

async function readCsrfToken(): Promise<string> {
  const response = await callNextAuthInAction("GET", ["csrf"]);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return csrfToken;
}

/** Removes a cookie from this request and from the browser, which ignores changes to __Secure-… without `secure`. */
async function clearCookie(name: string): Promise<void> {
  const options = { path: "/", httpOnly: true, sameSite: "lax", secure: env().isHttps, maxAge: 0 } as const;
  (await cookies()).set(name, "", options);
}
