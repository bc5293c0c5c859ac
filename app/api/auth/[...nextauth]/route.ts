import { NextRequest } from "next/server";
import { nextAuthCookie } from "@/lib/auth/cookies";
import { PROVIDER_ID } from "@/lib/auth/identity-provider";
import { getSession, toChatSession } from "@/lib/auth/session";
import { endSession } from "@/lib/auth/session-store";
import { callNextAuth, readSignInError } from "@/lib/auth/sign-in";
import { LANGUAGE_COOKIE, toLanguage } from "@/lib/i18n/languages";
import { writeLanguageCookie } from "@/lib/i18n/request";
import { log } from "@/lib/log";
import { readBody } from "@/lib/request-limits";

type Context = { params: Promise<{ nextauth: string[] }> };

const MAX_BODY = 16_384;
const GET_ACTIONS = ["csrf", "providers", "signin", "error", `callback/${PROVIDER_ID}`];
const POST_ACTIONS = ["signout", "callback/credentials", `signin/${PROVIDER_ID}`];
const NO_STORE = { "Cache-Control": "no-store" };

export async function GET(request: NextRequest, context: Context): Promise<Response> {
  const { nextauth } = await context.params;
  if (nextauth.join("/") === "session") return readSession(request);
  if (!GET_ACTIONS.includes(nextauth.join("/"))) return refuse(404, "not-found", "Not found.");
  return callNextAuth(new NextRequest(request.url, { headers: request.headers }), nextauth).catch(refuseBadRequest);
}

/** Not NextAuth's handler, which sets the cookie again and could undo a concurrent sign-out (next-auth#4612). */
async function readSession({ cookies }: NextRequest): Promise<Response> {
  try {
    const session = await getSession();
    const language = toLanguage(session?.user.language);
    // Open pages notice a switch on another device.
    if (language && language !== cookies.get(LANGUAGE_COOKIE)?.value) await writeLanguageCookie(language);
    const body = session ? { ...toChatSession(session), expires: session.expiresAt } : {};
    return Response.json(body, { headers: NO_STORE });
  } catch (error) {
    log.error({ err: error }, "session not read");
    return refuse(503, "unavailable", "The session cannot be read right now. Try again in a few seconds.");
  }
}

export async function POST(request: NextRequest, context: Context): Promise<Response> {
  const { nextauth } = await context.params;
  if (nextauth.join("/") === "session") return refuse(405, "method-not-allowed", "Use GET.");
  if (!POST_ACTIONS.includes(nextauth.join("/"))) return refuse(404, "not-found", "Not found.");
  const body = await readBody(request, MAX_BODY);
  if (body === null) return refuse(413, "too-large", `The body is larger than ${MAX_BODY} bytes.`);
  const bounded = new NextRequest(request.url, { method: "POST", headers: request.headers, body });
  const response = await callNextAuth(bounded, nextauth, { signal: request.signal }).catch(refuseBadRequest);

  // NextAuth clears the cookie after checking the CSRF token. Not in its `signOut` event, which swallows errors.
  const hasSignedOut = response.headers
    .getSetCookie()
    .some((cookie) => cookie.startsWith(`${nextAuthCookie("session-token")}=;`));
  if (nextauth.join("/") === "signout" && hasSignedOut)
    try {
      const session = await getSession();
      if (session) await endSession(session.user, session.user.sessionId);
    } catch (error) {
      log.error({ err: error }, "session not ended");
      return refuse(503, "unavailable", "The session could not be ended. Try again in a few seconds.");
    }

  const error = await readSignInError(response);
  if (error === null || error === "refused" || error === "passkey-required") return response;
  const [status, seconds] =
    error === "unavailable" ? [503, 5] : "busy" in error ? [503, error.busy] : [429, error.locked];
  response.headers.set("Retry-After", String(seconds));
  return new Response(response.body, { status, headers: response.headers });
}

function refuseBadRequest(error: unknown): Response {
  log.warn({ err: error }, "NextAuth refused a request");
  return refuse(400, "bad-request", "Bad request.");
}

const refuse = (status: number, code: string, error: string) =>
  Response.json({ error, code }, { status, headers: NO_STORE });

export const maxDuration = 15;
