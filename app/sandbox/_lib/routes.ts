import "server-only";
import { cookies } from "next/headers";
import type { z } from "zod";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { readBody } from "@/lib/request-limits";
import { isSameOrigin } from "@/lib/same-origin";
import { delay, withDatabase } from "./concurrency";
import { identifyCustomer, isIdentityRequired as isRequired, type Customer } from "./customer";
import { isDeskOpen } from "./desk-access";
import { parseBody } from "./request-body";
import { RequestError } from "./request-error";
import { seal, unseal } from "./seal";
import { readSettings } from "./settings";
import type { Settings } from "./settings-list";

const VISITOR_COOKIE = "sandbox_visitor";
const ONE_YEAR = 31_536_000;

type Context = { params: Promise<Record<string, string>> };

type Asked<Body> = { request: Request; params: Record<string, string>; body: Body };

type Options<Body> = {
  body?: z.ZodType<Body>;
  /** In bytes. The default has room for a message of 2000 emoji. */
  maxBody?: number;
};

/** Every route exists only while the sandbox is on, and accepts only same-origin requests. */
export function sandboxRoute<Body>(handler: (asked: Asked<Body>) => Promise<Response>, options: Options<Body> = {}) {
  return route(async (request, params) => {
    const body = await readJson(request, options);
    return withDatabase(() => handler({ request, params, body }), request.signal);
  });
}

export function deskRoute<Body>(handler: (asked: Asked<Body>) => Promise<Response>, options: Options<Body> = {}) {
  return route(async (request, params) => {
    if (!(await withDatabase(isDeskOpen, request.signal)))
      throw new RequestError(401, "desk-closed", "Sign in to the desk first: /sandbox/desk.");
    const body = await readJson(request, options);
    return withDatabase(() => handler({ request, params, body }), request.signal);
  });
}

type ChatOptions<Body> = Options<Body> & {
  isConnecting?: boolean;
  isDelivery?: boolean;
};

export function chatRoute<Body>(
  handler: (asked: Asked<Body> & { customer: Customer; settings: Settings }) => Promise<Response>,
  { isConnecting = false, isDelivery = false, ...options }: ChatOptions<Body> = {},
) {
  return route(async (request, params) => {
    const { signal } = request;
    const body = await readJson(request, options);
    const { customer, settings } = await withDatabase(() => identify(request, isConnecting), signal);
    if (customer.kind !== "refused") {
      if (isDelivery) await deliver(settings, signal);
      return withDatabase(() => handler({ request, params, body, customer, settings }), signal);
    }
    const isSpinning = isRequired(env().glassix, settings) || settings.refusedToken === "spins";
    return isConnecting
      ? answer({ customer: { ...customer, isSpinning } })
      : refuse(401, customer.code, customer.reason, { isSpinning });
  });
}

function route(handler: (request: Request, params: Record<string, string>) => Promise<Response>) {
  return async (request: Request, context: Context): Promise<Response> => {
    if (!env().isSandboxOn) return refuse(404, "sandbox-off", "The sandbox is off on this server.");
    if (!isSameOrigin(request)) return refuse(403, "cross-origin", "Cross-origin requests are not allowed.");
    try {
      return await handler(request, await context.params);
    } catch (error) {
      if (error instanceof RequestError) return refuse(error.status, error.code, error.message, {}, error.retryAfter);
      if (!request.signal.aborted)
        log.error({ err: error, method: request.method, path: new URL(request.url).pathname }, "sandbox failed");
      return refuse(503, "unavailable", "The sandbox is unavailable right now. Try again in a few seconds.", {}, 5);
    }
  };
}

async function identify(request: Request, isConnecting = false) {
  const { effective: settings } = await readSettings();
  const { glassix } = env();
  const authorization = request.headers.get("authorization");
  const customer = await identifyCustomer(
    {
      apiKey: readHeader(request, "x-glassix-api-key"),
      uniqueIdentifier: readHeader(request, "x-glassix-unique-identifier"),
      identityToken: authorization === null ? null : authorization.replace(/^Bearer\s*/i, ""),
      visitorId: unseal("visitor", (await cookies()).get(VISITOR_COOKIE)?.value ?? ""),
    },
    glassix,
    settings,
    { isConnecting, now: Math.floor(Date.now() / 1000) },
  );
  return { customer, settings };
}

export async function deliverTo({ kind }: Customer, request: Request, signal: AbortSignal): Promise<void> {
  const { customer, settings } = await withDatabase(() => identify(request), signal);
  if (customer.kind !== kind) throw new RequestError(401, "identity-changed", "Your identity has changed. Try again.");
  await deliver(settings, signal);
}

async function deliver({ delivery, deliveryDelay }: Settings, signal: AbortSignal): Promise<void> {
  if (delivery === "failing") refuseDelivery();
  if (delivery === "slow") await delay(deliveryDelay, signal);
}

export function refuseDelivery(): never {
  throw new RequestError(503, "delivery-failing", "This sandbox is set to deliver no messages. See /sandbox/settings.");
}

/** Headers allow few characters, so the frame encodes what the page passed to the widget. */
function readHeader(request: Request, name: string): string {
  const value = request.headers.get(name) ?? "";
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

export function readSince(request: Request): Date | undefined {
  const since = Date.parse(new URL(request.url).searchParams.get("since") ?? "");
  return since > 0 ? new Date(Math.min(since, Date.now())) : undefined;
}

async function readJson<Body>(request: Request, { body: schema, maxBody = 12_000 }: Options<Body>): Promise<Body> {
  if (!schema) return undefined as Body;
  const text = await readBody(request, maxBody);
  if (text === null) throw new RequestError(413, "body-too-large", `The body is larger than ${maxBody} bytes.`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new RequestError(400, "body-invalid", "The body is not JSON.");
  }
  return parseBody(schema, json);
}

export function answer(body: object, status = 200): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}

function refuse(status: number, code: string, error: string, more: object = {}, retryAfter?: number): Response {
  const response = answer({ error, code, ...more }, status);
  if (retryAfter) response.headers.set("Retry-After", String(retryAfter));
  return response;
}

/** Gives this browser a visitor id, the key to its anonymous chat. Signed: invented ids would bypass the limits. */
export async function makeVisitorId(request: Request): Promise<string> {
  const visitorId = crypto.randomUUID();
  await setSandboxCookie(request, VISITOR_COOKIE, seal("visitor", visitorId), ONE_YEAR);
  return visitorId;
}

export async function setSandboxCookie(request: Request, name: string, value: string, maxAge: number): Promise<void> {
  const isHttps = (request.headers.get("x-forwarded-proto") ?? new URL(request.url).protocol).startsWith("https");
  (await cookies()).set(name, value, { httpOnly: true, sameSite: "lax", secure: isHttps, path: "/sandbox", maxAge });
}
