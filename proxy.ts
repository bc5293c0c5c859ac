import { NextResponse, type NextRequest } from "next/server";
import { toSafePath } from "@/lib/auth/callback-url";
import { COOKIE_PROBE } from "@/lib/auth/cookie-probe";
import { decodeSessionCookie } from "@/lib/auth/session";
import { writeContentSecurityPolicy } from "@/lib/content-security-policy";
import { env } from "@/lib/env";
import { toRequestId } from "@/lib/request-id";
import { isSameOrigin } from "@/lib/same-origin";

/** Many times the largest form. next.config.mjs names the same limit for server actions. */
const MAX_BODY = 65_536;

/**
 * Runs before every page: sets the Content-Security-Policy with its nonce and the request's id, redirects
 * visitors without a session to the login page, and refuses forms of other sites and bodies that are too large.
 * Every portal page still calls `requireUser` itself.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  if (!isDecodable(request.nextUrl.pathname)) return refuse(400, "Bad request.");
  if (isServerAction(request) && !isSameOrigin(request)) return refuse(403, "Cross-origin requests are not allowed.");
  if (await isTooLarge(request)) return refuse(413, "This request is too large.");
  if (await mustSignIn(request)) {
    const { pathname, search } = request.nextUrl;
    return NextResponse.redirect(
      new URL(`/login?callbackUrl=${encodeURIComponent(toSafePath(pathname + search))}`, request.url),
    );
  }

  const { glassix, isProduction, isHttps, oidc, origin } = env();
  const requestId = toRequestId(request.headers);
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const policy = writeContentSecurityPolicy({
    nonce,
    scriptUrls: glassix.scriptUrls,
    isProduction,
    isHttps,
    issuer: oidc?.issuer ?? null,
  });
  // Next reads the nonce for its own scripts from the request's header.
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  headers.set("x-request-id", requestId);
  headers.set("x-path", request.nextUrl.pathname + request.nextUrl.search);
  if (isServerAction(request) && origin) {
    // Next compares these two itself, and proxies forward other hosts than visitors use.
    headers.set("origin", origin);
    headers.set("x-forwarded-host", new URL(origin).host);
  }
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("X-Request-Id", requestId);
  const isSignInPage = /^\/(login|register)(\/|$)/.test(request.nextUrl.pathname);
  if (isSignInPage && request.cookies.size === 0) response.cookies.set(COOKIE_PROBE);
  return response;
}

/** What Next takes for a call of a server action. */
function isServerAction({ method, headers }: NextRequest): boolean {
  const isMultipart = headers.get("content-type")?.startsWith("multipart/form-data");
  return method === "POST" && (isMultipart || headers.has("next-action"));
}

/** Chunked bodies announce no length; Next passes on no more of them than `proxyClientMaxBodySize`. */
async function isTooLarge(request: NextRequest): Promise<boolean> {
  if (request.method === "GET" || request.method === "HEAD") return false;
  const length = request.headers.get("content-length");
  return (length === null ? (await request.arrayBuffer()).byteLength : Number(length)) > MAX_BODY;
}

/** Next answers 500 where a route's parameter cannot be decoded. */
function isDecodable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

async function mustSignIn(request: NextRequest): Promise<boolean> {
  if (!/^\/portal(\/|$)/.test(request.nextUrl.pathname)) return false;
  // A form that is sent after the session has ended: its action answers, and keeps what was typed.
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  return !(await decodeSessionCookie(request.cookies));
}

const refuse = (status: number, sentence: string) =>
  new Response(`${sentence}\n`, {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
  });

export const config = {
  matcher: [
    // Left out are files and routes that render no page, because the proxy takes a third of their speed. A page that is
    // left out by mistake would take its nonce from the client's own headers.
    "/((?!_next/static/|icon\\.svg$|api/auth/|api/glassix-identity$|api/health$|api/health/live$).*)",
    "/(.*%.*)",
  ],
};
