import { getToken } from "next-auth/jwt";
import { NextResponse, type NextRequest } from "next/server";
import { refuseBadAction } from "@/lib/action-request";
import { COOKIE_PROBE } from "@/lib/auth/cookie-probe";
import { decodeSessionToken } from "@/lib/auth/session-token";
import { writeContentSecurityPolicy } from "@/lib/content-security-policy";
import { env } from "@/lib/env";
import { toRequestId } from "@/lib/request-id";

/**
 * What stands before every page, and before nothing else: the Content-Security-Policy with its nonce, the
 * request's id, and the way to the login page for visitors without a session, before anything of the portal is rendered and
 * so with a real redirect. A first look only: every portal page asks `requireUser` itself.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  const refusal = refuseNonsense(request) ?? (await refuseBadAction(request));
  if (refusal) return refusal;
  if (await mustSignIn(request)) {
    const { pathname, search } = request.nextUrl;
    return NextResponse.redirect(new URL(`/login?callbackUrl=${encodeURIComponent(pathname + search)}`, request.url));
  }
  const { isSandboxOn, isProduction, isHttps, oidc } = env();
  const requestId = toRequestId(request.headers);
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const policy = writeContentSecurityPolicy({
    nonce,
    isSandboxOn,
    isProduction,
    isHttps,
    issuer: oidc?.issuer ?? null,
  });
  // Next takes the nonce for its own scripts out of the request's header.
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  headers.set("x-request-id", requestId);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("X-Request-Id", requestId);
  const isSignInPage = /^\/(login|register)(\/|$)/.test(request.nextUrl.pathname);
  if (isSignInPage && request.cookies.size === 0) response.cookies.set(COOKIE_PROBE);
  return response;
}

/** What no browser sends to a page of this site, and what Next would answer with a fault of its own. */
function refuseNonsense(request: NextRequest): Response | null {
  const refuse = (status: number, text: string) => new Response(`${text}\n`, { status });
  try {
    decodeURIComponent(request.nextUrl.pathname);
  } catch {
    return refuse(400, "The address is not encoded as UTF-8.");
  }
  const isApi = /^\/(sandbox\/)?api\//.test(request.nextUrl.pathname);
  if (!isApi && !["GET", "HEAD", "POST"].includes(request.method)) return refuse(405, "Use GET.");
  return null;
}

async function mustSignIn(request: NextRequest): Promise<boolean> {
  if (!/^\/portal(\/|$)/.test(request.nextUrl.pathname)) return false;
  // A form that is sent after the session has ended: its action answers, and keeps what was typed.
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  return !(await getToken({ req: request, secret: env().nextAuthSecret, decode: decodeSessionToken }));
}

export const config = {
  // Being matched costs a route almost half of its speed. Left out: the APIs, files, and the chat frame, which has a policy of its own.
  matcher: [
    "/((?!api/|sandbox/api/|sandbox/chat$|_next/|.*\\.(?:js|css|svg|ico)$).*)",
    // What is refused here is refused everywhere.
    "/(.*%.*)",
    { source: "/(.*)", has: [{ type: "header", key: "next-action" }] },
    { source: "/(.*)", has: [{ type: "header", key: "content-type", value: "multipart/form-data.*" }] },
  ],
};
