import "server-only";
import { cookies } from "next/headers";
import { readClientAddress } from "@/lib/client-address";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { isSameOrigin } from "@/lib/same-origin";
import { acquireStream, delay, withDatabase, type StreamLimit } from "./concurrency";
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

/** A client that leaves so many events unread is not reading. */
const MOST_UNREAD = 50;

/** 2000 characters of four bytes each, and room for the rest of the message. */
export const MAX_BODY_SIZE = 12_000;

/** Streams that one process holds: for one customer or browser, from one address, and for all. */
const STREAMS_PER_VISITOR = 8;
const STREAMS_PER_ADDRESS = 40;
const STREAMS_OF_NEWCOMERS = 20;
const STREAMS_OF_STRANGERS = 150;
const STREAMS_OF_ALL = 300;
const STREAMS_OF_DESK = 30;

type Asked<Context> = {
  request: Request;
  context: Context;
  /** What was sent as JSON; undefined where the route takes no body. */
  body: unknown;
};

type BodyOptions = {
  /** The most bytes of its body. Default: it takes none, and does not read what comes. */
  maxBody?: number;
};

type Handler<Context> = (asked: Asked<Context>) => Promise<Response>;

/**
 * Makes a route of the sandbox's API: it exists only while the sandbox is on, and answers only its own
 * origin. What goes wrong is answered with a code, and without details.
 */
export function sandboxRoute<Context = unknown>(handler: Handler<Context>, options: BodyOptions = {}) {
  return route<Context>(async (request, context) => {
    const body = await readBody(request, options);
    return withDatabase(() => handler({ request, context, body }), request.signal);
  });
}

/** A route for the desk alone. See app/sandbox/_lib/desk-access.ts. */
export function deskRoute<Context = unknown>(handler: Handler<Context>, options: BodyOptions = {}) {
  return route<Context>(async (request, context) => {
    if (!(await withDatabase(isDeskOpen, request.signal)))
      return refuse(401, "desk-closed", "Open the desk first, with its password: /sandbox/desk.");
    const body = await readBody(request, options);
    return withDatabase(() => handler({ request, context, body }), request.signal);
  });
}

type ChatOptions = BodyOptions & {
  /** Whether the chat begins here. Then a refusal is an answer, and not a 401. */
  isConnecting?: boolean;
  /** Whether it carries messages, which a setting may delay or stop. */
  isDelivery?: boolean;
};

/**
 * A route for the chat. Each request is judged by its own identity token or cookie; the portal's session plays
 * no part.
 */
export function chatRoute<Context = unknown>(
  handler: (asked: Asked<Context> & { customer: Customer; settings: Settings }) => Promise<Response>,
  { isConnecting = false, isDelivery = false, ...options }: ChatOptions = {},
) {
  return route<Context>(async (request, context) => {
    const { signal } = request;
    const body = await readBody(request, options);
    const { customer, settings } = await withDatabase(() => judgeRequest(request, isConnecting), signal);
    if (customer.kind !== "refused") {
      if (isDelivery) await deliver(settings, signal);
      return withDatabase(() => handler({ request, context, body, customer, settings }), signal);
    }
    // "Widget will endlessly load/spin": the guide, of required mode.
    const isSpinning = isRequired(env().glassix, settings) || settings.refusedToken === "spins";
    return isConnecting
      ? answer({ customer: { ...customer, isSpinning } })
      : refuse(401, customer.code, customer.reason, { isSpinning });
  });
}

type Route<Context> = (request: Request, context: Context) => Promise<Response>;

function route<Context>(handler: Route<Context>): Route<Context> {
  return async (request, context) => {
    if (!env().isSandboxOn) return refuse(404, "sandbox-off", "The sandbox is off on this server.");
    if (!isSameOrigin(request)) return refuse(403, "cross-origin", "Cross-origin requests are not allowed.");
    try {
      return await handler(request, context);
    } catch (error) {
      if (request.signal.aborted) return refuse(503, "unavailable", "The client has left.");
      if (error instanceof RequestError) {
        const refusal = refuse(error.status, error.code, error.message);
        if (error.retryAfter) refusal.headers.set("Retry-After", String(error.retryAfter));
        return refusal;
      }
      log.error({ err: error, method: request.method, path: new URL(request.url).pathname }, "sandbox failed");
      const refusal = refuse(503, "unavailable", "The sandbox cannot answer right now. Ask again in a few seconds.");
      refusal.headers.set("Retry-After", "5");
      return refusal;
    }
  };
}

/** Who is asking just now, and by which settings. */
async function judgeRequest(request: Request, isConnecting = false) {
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

/**
 * Lets one more event of a stream through as the settings say by now.
 *
 * @throws RequestError when the customer is no longer whom the stream is for: the token has ended, say
 */
export async function deliverTo({ kind }: Customer, request: Request, signal: AbortSignal): Promise<void> {
  const { customer, settings } = await withDatabase(() => judgeRequest(request), signal);
  if (customer.kind !== kind) throw new RequestError(401, "identity-changed", "Ask again: who is asking has changed.");
  await deliver(settings, signal);
}

/** Lets a message through as the settings say: at once, later, or not at all. */
async function deliver({ delivery, deliveryDelay }: Settings, signal: AbortSignal): Promise<void> {
  if (delivery === "failing") refuseDelivery();
  if (delivery === "slow") await delay(deliveryDelay, signal);
}

/** @throws RequestError as {@link deliver} does when no message goes through */
export function refuseDelivery(): never {
  throw new RequestError(503, "delivery-failing", "No message goes through just now. See /sandbox/settings.");
}

/** How many streams this customer may have. */
export async function limitStreamsOf(customer: Customer): Promise<StreamLimit[]> {
  const address = await readClientAddress();
  const ofVisitor = (key: string) => ({ key, most: STREAMS_PER_VISITOR, isShared: false });
  const ofAll = (key: string, most: number) => ({ key, most, isShared: true });
  return [
    ...(customer.kind === "identified" ? [ofVisitor(customer.uniqueIdentifier)] : []),
    ...(customer.kind === "anonymous" && customer.visitorId ? [ofVisitor(customer.visitorId)] : []),
    ...(address ? [{ key: address, most: STREAMS_PER_ADDRESS, isShared: false }] : []),
    // A browser without a cookie has no conversation to follow.
    ...(customer.kind === "anonymous" && !customer.visitorId ? [ofAll("newcomers", STREAMS_OF_NEWCOMERS)] : []),
    ...(customer.kind === "anonymous" ? [ofAll("strangers", STREAMS_OF_STRANGERS)] : []),
    ofAll("all", STREAMS_OF_ALL),
  ];
}

/** The desk has streams of its own, which no visitor can use up. */
export const DESK_STREAM_LIMITS: StreamLimit[] = [{ key: "desk", most: STREAMS_OF_DESK, isShared: true }];

/**
 * Answers with events as they come (`text/event-stream`), each a line of JSON. Ends after less than a
 * minute, because platforms end long answers at moments of their own; the client then asks again.
 *
 * @param follow sends with the function it is given, until the signal is aborted
 * @throws RequestError when there are too many streams
 */
export function streamEvents(
  request: Request,
  limits: StreamLimit[],
  follow: (send: (event: object) => void, signal: AbortSignal) => Promise<void>,
): Response {
  // no-transform: compressed, the lines would wait for each other.
  const headers = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  };
  if (request.method === "HEAD") return new Response(null, { headers });

  const release = acquireStream(limits);
  const encoder = new TextEncoder();
  const ending = new AbortController();
  const { signal } = ending;
  const end = () => ending.abort();
  signal.addEventListener("abort", release);
  const timer = globalThis.setTimeout(end, STREAM_TIME);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const write = (text: string) => {
        if (signal.aborted) return;
        controller.enqueue(encoder.encode(text));
        if ((controller.desiredSize ?? 0) < -MOST_UNREAD) end();
      };
      // Says that the line is open, to proxies that buffer what is small as well.
      write("retry: 300\n\n");
      const beat = setInterval(write, 10_000, ": still here\n\n");
      signal.addEventListener("abort", () => {
        clearInterval(beat);
        clearTimeout(timer);
        try {
          controller.close();
        } catch {
          // The browser was faster.
        }
      });
      request.signal.addEventListener("abort", end, { signal });
      if (request.signal.aborted) end();
      try {
        await follow((event) => write(`data: ${JSON.stringify(event)}\n\n`), signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof RequestError)) log.warn({ err: error }, "sandbox stream ended");
        // The client shall not ask again and again what cannot be answered.
        write("retry: 3000\n\n");
      } finally {
        end();
      }
    },
    cancel: end,
  });
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

/** @throws RequestError for a body that is too large or is no JSON */
async function readBody(request: Request, { maxBody }: BodyOptions): Promise<unknown> {
  if (maxBody === undefined) return undefined;
  const tooLarge = () => new RequestError(413, "body-too-large", `The body is larger than ${maxBody} bytes.`);
  if (Number(request.headers.get("content-length")) > maxBody) throw tooLarge();
  const decoder = new TextDecoder();
  let size = 0;
  let text = "";
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBody) throw tooLarge();
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
export async function serveWidget(
  { signal }: Request,
  read: () => Promise<string>,
  isFirst: boolean,
): Promise<Response> {
  return serveFile(async () => {
    const { script, scriptAddresses, scriptDelay, widget } = await withDatabase(readSettings, signal).then(
      ({ effective }) => effective,
      // Glassix's script does not depend on this database either.
      () => DEFAULT_SETTINGS,
    );
    const fault = isFirst || scriptAddresses === "both" ? script : "served";
    // Beyond what may be delayed at once, it is served at once.
    if (fault === "slow") await delay(scriptDelay, signal).catch(() => {});
    if (fault === "missing") return null;
    return fault === "empty" ? "" : (await read()).replace("/* settings */ {}", JSON.stringify({ widget }));
  }, "text/javascript");
}
