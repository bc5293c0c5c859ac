import NextAuth from "next-auth";
import type { NextRequest } from "next/server";
import { PROVIDER_ID, toLogin } from "@/lib/auth/identity-provider";
import { authOptions, UNAVAILABLE } from "@/lib/auth/options";
import { log } from "@/lib/log";
import { countSignInFailure } from "@/lib/telemetry";

type Context = { params: Promise<{ nextauth: string[] }> };

export const POST = callNextAuth;

export const maxDuration = 15;

/** NextAuth throws at a body that it cannot parse, and calls an address that it does not know a fault of its own. */
async function callNextAuth(request: NextRequest, context: Context): Promise<Response> {
  const response: Response | null = await NextAuth(request, context, authOptions()).catch((error: unknown) => {
    log("warn", "NextAuth gave up", { error });
    return null;
  });
  return response && response.status < 500
    ? response
    : Response.json(
        { error: "There is nothing to be done with such a request.", code: "bad-request" },
        { status: 400 },
      );
}

export async function GET(request: NextRequest, context: Context): Promise<Response> {
  const { nextauth } = await context.params;
  // Somebody has thought better of it: nothing for the log, and NextAuth would call it a failure like any other.
  if (nextauth.join("/") === `callback/${PROVIDER_ID}` && request.nextUrl.searchParams.get("error") === "access_denied")
    return new Response(null, { status: 302, headers: { Location: await toLogin("Cancelled") } });

  const response = await callNextAuth(request, context);
  // The provider's answer was none: NextAuth has logged why, and no code of the portal's was asked.
  if (/[?&]error=(OAuth)?Callback(&|$)/.test(response.headers.get("location") ?? ""))
    countSignInFailure("provider", "callback");
  if (nextauth[0] !== "session") return response;

  // Reading the session never writes it: NextAuth would send the cookie again, and an answer that was
  // still on its way at sign-out would sign the customer in again (next-auth#4612).
  response.headers.delete("set-cookie");
  const session = await response.clone().json();
  return session?.error === UNAVAILABLE
    ? new Response(response.body, { status: 503, headers: response.headers })
    : response;
}
