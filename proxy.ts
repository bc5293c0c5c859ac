import { getToken } from "next-auth/jwt";
import { NextResponse, type NextRequest } from "next/server";
import { env } from "@/lib/env";

/**
 * Sends a visitor without a session from the portal to the login page, before anything is rendered and
 * so with a real redirect. A first look only: every portal page asks `requireUser` itself.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  // A form that is sent after the session has ended: its action answers, and keeps what was typed.
  if (request.method !== "GET" && request.method !== "HEAD") return NextResponse.next();
  if (await getToken({ req: request, secret: env().nextAuthSecret })) return NextResponse.next();
  const { pathname, search } = request.nextUrl;
  return NextResponse.redirect(new URL(`/login?callbackUrl=${encodeURIComponent(pathname + search)}`, request.url));
}

export const config = { matcher: "/portal/:path*" };
