import "server-only";
import { cookies } from "next/headers";
import { env } from "@/lib/env";
import { isSameOrigin } from "@/lib/same-origin";
import { identifyCustomer, type Customer, type Refusal } from "./customer";
import { RequestError } from "./message-rules";

const VISITOR_COOKIE = "sandbox_visitor";
const A_YEAR = 31_536_000;

/** 2000 characters of four bytes each, and room for the rest of the message. */
const MAX_BODY_SIZE = 12_000;

/**
 * Makes a route of the sandbox's API: it exists only while the sandbox is on, answers only its own
 * origin, and learns anew at each request who is asking. The portal's session is never looked at.
 *
 * @param refuseCustomer what a refused token gets. Default: 401
 */
export function sandboxRoute(
  handler: (request: Request, customer: Customer) => Promise<Response>,
  refuseCustomer = refuseWith401,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { isSandboxOn, isIdentityRequired, glassix } = env();
    if (!isSandboxOn) return refuse(404, "sandbox-off", "The sandbox is off on this server.");
    if (!isSameOrigin(request))
      return refuse(403, "cross-origin", "This address answers only to pages of its own site.");
    try {
      const authorization = request.headers.get("authorization");
      const customer = await identifyCustomer(
        {
          apiKey: readHeader(request, "x-glassix-api-key"),
          uniqueIdentifier: readHeader(request, "x-glassix-unique-identifier"),
          identityToken: authorization === null ? null : authorization.replace(/^Bearer\s*/i, ""),
          visitorId: (await cookies()).get(VISITOR_COOKIE)?.value ?? null,
        },
        { ...glassix, isIdentityRequired },
      );
      if (customer.kind === "refused") return refuseCustomer(customer, isIdentityRequired);
      return await handler(request, customer);
    } catch (error) {
      if (error instanceof RequestError) return refuse(error.status, error.code, error.message);
      console.error(`${request.method} ${new URL(request.url).pathname}:`, error);
      return refuse(503, "unavailable", "The sandbox cannot answer just now. Ask again in a few seconds.");
    }
  };
}

const refuseWith401 = ({ code, reason }: Refusal, isIdentityRequired: boolean) =>
  refuse(401, code, reason, { isIdentityRequired });

/** What a page gave to the widget may hold any character, so the frame encodes it: headers hold few. */
function readHeader(request: Request, name: string): string {
  const value = request.headers.get(name) ?? "";
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Answers with JSON that nobody keeps. */
export function answer(body: object, status = 200): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}

/** Answers with what is wrong: a sentence for people, a code for programs. */
export function refuse(status: number, code: string, error: string, more: object = {}): Response {
  return answer({ error, code, ...more }, status);
}

/**
 * Reads a request's JSON, and no more of it than a message can need.
 *
 * @throws RequestError for a body that is too large or is no JSON
 */
export async function readJson(request: Request): Promise<unknown> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_SIZE)
      throw new RequestError(413, "body-too-large", `The body is larger than ${MAX_BODY_SIZE} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError(400, "body-invalid", "The body is not JSON.");
  }
}

/** Gives this browser a visitor id, which from now on is the key to its anonymous chat. */
export async function makeVisitorId(request: Request): Promise<string> {
  const visitorId = crypto.randomUUID();
  const isHttps = (request.headers.get("x-forwarded-proto") ?? new URL(request.url).protocol).startsWith("https");
  (await cookies()).set(VISITOR_COOKIE, visitorId, {
    httpOnly: true,
    sameSite: "lax",
    secure: isHttps,
    path: "/sandbox",
    maxAge: A_YEAR,
  });
  return visitorId;
}

/**
 * Serves one of the files that the browser loads. They are plain files, as Glassix's would be: no part of
 * the application's bundle.
 *
 * @param read reads the file; the path is spelt out in the route, where Next's file tracing looks for it
 */
export async function serveFile(
  read: () => Promise<string>,
  contentType: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  if (!env().isSandboxOn) return new Response("The sandbox is off on this server.\n", { status: 404 });
  return new Response(await read(), {
    headers: {
      "Content-Type": `${contentType}; charset=utf-8`,
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    },
  });
}
