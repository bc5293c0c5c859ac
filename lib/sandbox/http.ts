import "server-only";
import { setTimeout } from "node:timers/promises";
import { cookies } from "next/headers";
import { answerEndlessly } from "@/lib/db";
import { endingSignal } from "@/lib/drain";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { isSameOrigin } from "@/lib/same-origin";
import { identifyCustomer, isIdentityRequired as isRequired, type Customer } from "./customer";
import { isDeskOpen } from "./desk-access";
import { RequestError } from "./message-rules";
import { seal, unseal } from "./seal";
import { readSettings } from "./settings";
import { DEFAULT_SETTINGS, type Settings } from "./settings-list";

const VISITOR_COOKIE = "sandbox_visitor";
const A_YEAR = 31_536_000;

/** How long an answer of events goes on, in milliseconds. */
const STREAM_TIME = 50_000;

/** 2000 characters of four bytes each, and room for the rest of the message. */
const MAX_BODY_SIZE = 12_000;

/**
 * Makes a route of the sandbox's API: it exists only while the sandbox is on, and answers only its own
 * origin. What goes wrong is answered with a code, and without details.
 */
export function sandboxRoute<Context = unknown>(
  handler: (request: Request, context: Context) => Promise<Response>,
): (request: Request, context: Context) => Promise<Response> {
  return async (request, context) => {
    if (!env().isSandboxOn) return refuse(404, "sandbox-off", "The sandbox is off on this server.");
    if (!isSameOrigin(request))
      return refuse(403, "cross-origin", "This address answers only to pages of its own site.");
    try {
      return await handler(request, context);
    } catch (error) {
      if (error instanceof RequestError) {
        const refusal = refuse(error.status, error.code, error.message);
        if (error.retryAfter) refusal.headers.set("Retry-After", String(error.retryAfter));
        return refusal;
      }
      log("error", "sandbox failed", { method: request.method, path: new URL(request.url).pathname, error });
      return refuse(503, "unavailable", "The sandbox cannot answer just now. Ask again in a few seconds.");
    }
  };
}

/** A route for whoever may sit at the desk. See lib/sandbox/desk-access.ts. */
export function deskRoute<Context = unknown>(handler: (request: Request, context: Context) => Promise<Response>) {
  return sandboxRoute<Context>(async (request, context) =>
    (await isDeskOpen())
      ? handler(request, context)
      : refuse(401, "desk-closed", "Open the desk first, with its password: /sandbox/desk."),
  );
}

/**
 * A route for the chat: it learns anew at each request who is asking. The portal's session is never
 * looked at.
 *
 * @param isConnecting whether the chat begins here. Then a refusal is an answer, and not a 401
 */
export function chatRoute<Context = unknown>(
  handler: (request: Request, customer: Customer, settings: Settings, context: Context) => Promise<Response>,
  isConnecting = false,
) {
  return sandboxRoute<Context>(async (request, context) => {
    const { customer, settings } = await judgeRequest(request, isConnecting);
    if (customer.kind !== "refused") return handler(request, customer, settings, context);
    // "Widget will endlessly load/spin": the guide, of required mode.
    const isSpinning = isRequired(env(), settings) || settings.refusedToken === "spins";
    return isConnecting
      ? answer({ customer: { ...customer, isSpinning } })
      : refuse(401, customer.code, customer.reason, { isSpinning });
  });
}

/** Who is asking just now, and by which settings. */
async function judgeRequest(request: Request, isConnecting = false) {
  const { effective: settings } = await readSettings();
  const { isIdentityRequired, glassix } = env();
  const authorization = request.headers.get("authorization");
  const customer = await identifyCustomer(
    {
      apiKey: readHeader(request, "x-glassix-api-key"),
      uniqueIdentifier: readHeader(request, "x-glassix-unique-identifier"),
      identityToken: authorization === null ? null : authorization.replace(/^Bearer\s*/i, ""),
      visitorId: unseal("visitor", (await cookies()).get(VISITOR_COOKIE)?.value ?? ""),
    },
    { ...glassix, isIdentityRequired },
    settings,
    { isConnecting, now: Math.floor(Date.now() / 1000) },
  );
  return { customer, settings };
}

/**
 * Lets one more event of a stream through as the settings say by now.
 *
 * @throws RequestError when the customer is no longer whom the stream is for: the token has ended, say
 */
export async function deliverTo({ kind }: Customer, request: Request): Promise<void> {
  const { customer, settings } = await judgeRequest(request);
  if (customer.kind !== kind) throw new RequestError(401, "identity-changed", "Ask again: who is asking has changed.");
  await deliver(settings);
}

/** Lets a message through as the settings say: at once, later, or not at all. */
export async function deliver({ delivery, deliveryDelay }: Settings): Promise<void> {
  if (delivery === "failing")
    throw new RequestError(503, "delivery-failing", "No message goes through just now. See /sandbox/settings.");
  if (delivery === "slow") await setTimeout(deliveryDelay * 1000);
}

/**
 * Answers with events as they come (`text/event-stream`), each a line of JSON. Ends after less than a
 * minute, because platforms end long answers at moments of their own; whoever listens asks again.
 *
 * @param follow sends with the function it is given, until the signal is aborted
 */
export function streamEvents(
  request: Request,
  follow: (send: (event: object) => void, signal: AbortSignal) => Promise<void>,
): Response {
  const encoder = new TextEncoder();
  const ending = new AbortController();
  const { signal } = ending;
  const end = () => ending.abort();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      await answerEndlessly();
      const write = (text: string) => !signal.aborted && controller.enqueue(encoder.encode(text));
      // Says that the line is open, to whoever buffers what is small as well.
      write("retry: 300\n\n");
      const beat = setInterval(write, 10_000, ": still here\n\n");
      const timer = globalThis.setTimeout(end, STREAM_TIME);
      signal.addEventListener("abort", () => {
        clearInterval(beat);
        clearTimeout(timer);
        try {
          controller.close();
        } catch {
          // The browser was faster.
        }
      });
      const over = AbortSignal.any([request.signal, endingSignal]);
      over.addEventListener("abort", end, { signal });
      if (over.aborted) end();
      await follow((event) => write(`data: ${JSON.stringify(event)}\n\n`), signal).catch((error: unknown) => {
        if (signal.aborted) return;
        if (!(error instanceof RequestError)) log("warn", "sandbox stream ended", { error });
        // Whoever listens shall not ask again and again what cannot be answered.
        write("retry: 3000\n\n");
      });
      end();
    },
    cancel: end,
  });
  // no-transform: compressed, the lines would wait for each other.
  const headers = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  };
  return new Response(body, { headers });
}

/** What a page gave to the widget may hold any character, so the frame encodes it: headers hold few. */
function readHeader(request: Request, name: string): string {
  const value = request.headers.get(name) ?? "";
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The moment in `?since=`: the `now` of the answer before, and so none to come. */
export function readSince(request: Request): Date | undefined {
  const since = Date.parse(new URL(request.url).searchParams.get("since") ?? "");
  return since > 0 ? new Date(Math.min(since, Date.now())) : undefined;
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
 * Reads a request's JSON, and no more of it than it can need.
 *
 * @param maxSize the most bytes. Default: what a message can need
 * @throws RequestError for a body that is too large or is no JSON
 */
export async function readJson(request: Request, maxSize = MAX_BODY_SIZE): Promise<unknown> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxSize) throw new RequestError(413, "body-too-large", `The body is larger than ${maxSize} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError(400, "body-invalid", "The body is not JSON.");
  }
}

/**
 * Gives this browser a visitor id, which from now on is the key to its anonymous chat. Sealed: whoever made
 * up one for each message would meet no limit.
 */
export async function makeVisitorId(request: Request): Promise<string> {
  const visitorId = crypto.randomUUID();
  await setSandboxCookie(request, VISITOR_COOKIE, seal("visitor", visitorId), A_YEAR);
  return visitorId;
}

/** Keeps a value in this browser, for the sandbox's own addresses. */
export async function setSandboxCookie(request: Request, name: string, value: string, maxAge: number): Promise<void> {
  const isHttps = (request.headers.get("x-forwarded-proto") ?? new URL(request.url).protocol).startsWith("https");
  (await cookies()).set(name, value, { httpOnly: true, sameSite: "lax", secure: isHttps, path: "/sandbox", maxAge });
}

/**
 * Serves one of the files that the browser loads. They are plain files, as Glassix's would be: no part of
 * the application's bundle.
 *
 * @param read reads the file; the path is spelt out in the route, where Next's file tracing looks for it
 */
export async function serveFile(
  read: () => Promise<string | null>,
  contentType: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  if (!env().isSandboxOn) return new Response("The sandbox is off on this server.\n", { status: 404 });
  const text = await read();
  const missing = { "Content-Type": contentType, "Cache-Control": "no-store" };
  if (text === null) return new Response("", { status: 404, headers: missing });
  return new Response(text, {
    headers: {
      "Content-Type": `${contentType}; charset=utf-8`,
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    },
  });
}

/**
 * Serves the widget's script as the settings say: as it is, or with the fault that is switched on.
 *
 * @param read as for {@link serveFile}
 * @param isFirst whether this is the first of the two addresses
 */
export async function serveWidget(read: () => Promise<string>, isFirst: boolean): Promise<Response> {
  return serveFile(async () => {
    const { script, scriptAddresses, scriptDelay, widget } = await readSettings().then(
      ({ effective }) => effective,
      // Glassix's script does not depend on this database either.
      () => DEFAULT_SETTINGS,
    );
    const fault = isFirst || scriptAddresses === "both" ? script : "served";
    if (fault === "slow") await setTimeout(scriptDelay * 1000);
    if (fault === "missing") return null;
    return fault === "empty" ? "" : (await read()).replace("/* settings */ {}", JSON.stringify({ widget }));
  }, "text/javascript");
}
