import { readRequestId } from "@/lib/log";
import { NextResponse, type NextRequest } from "next/server";
import { COOKIE_PROBE } from "@/lib/auth/cookies";
import { writeContentSecurityPolicy } from "@/lib/content-security-policy";
import { env } from "@/lib/env";
import { isSameOrigin } from "@/lib/same-origin";

const MAX_BODY = 65_536;

export function proxy(request: NextRequest): Response {
  const { method, nextUrl, cookies } = request;
  const headers = new Headers(request.headers);
  const isPost = method === "POST";
  if (isPost && !isSameOrigin(request))
    return new Response("Cross-origin requests are not allowed.\n", { status: 403 });
  if (Number(headers.get("content-length")) > MAX_BODY)
    return new Response("This request is too large.\n", { status: 413 });

  const requestId = readRequestId(headers) ?? crypto.randomUUID();
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const policy = writeContentSecurityPolicy(nonce, env());
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  headers.set("x-request-id", requestId);
  headers.set("x-path", nextUrl.pathname + nextUrl.search);
  const { origin } = env();
  if (isPost && origin) {
    // Next compares these two for server actions, but a proxy may forward another host than visitors use.
    headers.set("origin", origin);
    headers.set("x-forwarded-host", new URL(origin).host);
  }
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("X-Request-Id", requestId);
  const isSignInPage = /^\/(login|register|confirm-email)(\/|$)/.test(nextUrl.pathname);
  if (isSignInPage && cookies.size === 0) response.cookies.set(COOKIE_PROBE);
  return response;
}

export const config = {
  // Excludes what renders no page. A page excluded by mistake would take its nonce from the client's own headers.
  matcher:
    "/((?!_next/static/|icon\\.svg$|api/auth/|api/glassix-identity$|api/passkeys/challenge$|api/health$|api/health/live$).*)",
};
