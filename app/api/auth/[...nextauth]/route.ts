import { NextRequest } from "next/server";
import { PROVIDER_ID, toLogin } from "@/lib/auth/identity-provider";
import { LINK_ID, TRY_LATER, UNAVAILABLE } from "@/lib/auth/options";
import { getSession, toChatUser } from "@/lib/auth/session";
import { endSession } from "@/lib/auth/session-store";
import { callNextAuth } from "@/lib/auth/sign-in";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { readBody } from "@/lib/read-body";

type Context = { params: Promise<{ nextauth: string[] }> };

/** The method of each address of NextAuth's that is served. */
function findMethod(path: string): "GET" | "POST" | undefined {
  switch (path) {
    case "session":
    case "csrf":
    case "providers":
    // These two lead on to the login page.
    case "signin":
    case "error":
      return "GET";
    case "signout":
    case "callback/credentials":
      return "POST";
    case `callback/${LINK_ID}`:
    case `signin/${PROVIDER_ID}`:
      return env().oidc ? "POST" : undefined;
    case `callback/${PROVIDER_ID}`:
      return env().oidc ? "GET" : undefined;
  }
}

/** A segment with an encoded slash is no address of NextAuth's. */
const toPath = (action: string[]) => (action.some((segment) => segment.includes("/")) ? "" : action.join("/"));

/** Bytes of a form of NextAuth's. The largest holds an e-mail, a password, a token and an address. */
const MAX_BODY = 16_384;

export async function GET(request: NextRequest, context: Context): Promise<Response> {
  const action = (await context.params).nextauth;
  const path = toPath(action);
  if (findMethod(path) !== "GET") return refuseAddress(path);
  // The customer changed their mind at the provider. NextAuth would log it as a failure.
  if (path === `callback/${PROVIDER_ID}` && request.nextUrl.searchParams.get("error") === "access_denied")
    return new Response(null, { status: 302, headers: { Location: await toLogin("Cancelled") } });

  if (path === "session") return answerSession();
  // NextAuth does not know HEAD, which Next answers with this handler.
  return answer(new NextRequest(request.url, { headers: request.headers }), action);
}

/**
 * The session in NextAuth's form; `{}` is nobody. NextAuth itself would set the cookie again: an answer that is still
 * on its way at sign-out would sign the customer in again (next-auth#4612).
 */
async function answerSession(): Promise<Response> {
  try {
    const session = await getSession();
    const body = session ? { user: toChatUser(session.user), expires: session.expiresAt.toISOString() } : {};
    return Response.json(body, { headers: NO_STORE });
  } catch (error) {
    log.error({ err: error }, "session not read");
    return refuse(503, "unavailable", "The session cannot be read right now. Ask again in a few seconds.");
  }
}

export async function POST(request: NextRequest, context: Context): Promise<Response> {
  const action = (await context.params).nextauth;
  const path = toPath(action);
  if (findMethod(path) !== "POST") return refuseAddress(path);
  const body = await readBody(request, MAX_BODY);
  if (body === null) return refuse(413, "too-large", `The body is larger than ${MAX_BODY} bytes.`);
  const bounded = new NextRequest(request.url, { method: "POST", headers: request.headers, body });
  const response = await answer(bounded, action, request.signal);
  // NextAuth clears the cookie once it has checked the CSRF token. The row is ours to delete.
  const isSignOut = path === "signout" && /session-token=;/.test(response.headers.get("set-cookie") ?? "");
  if (isSignOut && !(await endCurrentSession()))
    return refuse(503, "unavailable", "The session could not be ended. Try again in a few seconds.", {
      "Retry-After": "5",
    });

  const error = await readError(response);
  const [, kind, seconds] = TRY_LATER.exec(error) ?? [];
  if (!kind && error !== UNAVAILABLE) return response;
  response.headers.set("Retry-After", seconds ?? "5");
  return new Response(response.body, { status: kind === "Locked" ? 429 : 503, headers: response.headers });
}

async function endCurrentSession(): Promise<boolean> {
  try {
    const session = await getSession();
    if (session) await endSession(session.user, session.id);
    return true;
  } catch (error) {
    log.error({ err: error }, "session not ended");
    return false;
  }
}

/** The error in the address that NextAuth sends the browser to, or "". Its own client asks for that address as JSON. */
async function readError(response: Response): Promise<string> {
  const isJson = response.headers.get("content-type") === "application/json";
  const location = isJson ? (await response.clone().json())?.url : response.headers.get("location");
  return URL.canParse(location, "http://localhost")
    ? (new URL(location, "http://localhost").searchParams.get("error") ?? "")
    : "";
}

/** NextAuth throws at a body that it cannot parse, and answers some bad requests with a 500. */
async function answer(request: NextRequest, action: string[], signal?: AbortSignal): Promise<Response> {
  const response = await callNextAuth(request, action, signal).catch((error: unknown) => {
    log.warn({ err: error }, "NextAuth refused a request");
    return null;
  });
  return response && response.status < 500 ? response : refuse(400, "bad-request", "Bad request.");
}

function refuseAddress(path: string): Response {
  const allowed = findMethod(path);
  return allowed
    ? refuse(405, "method-not-allowed", `Use ${allowed}.`, { Allow: allowed === "GET" ? "GET, HEAD" : allowed })
    : refuse(404, "not-found", "There is no such address.");
}

const NO_STORE = { "Cache-Control": "no-store" };

const refuse = (status: number, code: string, error: string, headers: HeadersInit = {}) =>
  Response.json({ error, code }, { status, headers: { ...NO_STORE, ...headers } });

export const maxDuration = 15;
