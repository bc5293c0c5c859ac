import "server-only";
import { readClientAddress } from "@/lib/client-address";
import { log } from "@/lib/log";
import { busyError } from "./concurrency";
import type { Customer } from "./customer";
import { RequestError } from "./request-error";

/** Hosting platforms end long responses at arbitrary times. The client reconnects. */
const STREAM_TIME = 50_000;

/** In bytes. */
const MAX_UNREAD = 500_000;

export type StreamLimit = { key: string; most: number; isShared?: true };

export const DESK_STREAM_LIMITS: StreamLimit[] = [{ key: "desk", most: 30, isShared: true }];

export async function readStreamLimits(customer: Customer): Promise<StreamLimit[]> {
  const address = await readClientAddress();
  const visitor = customer.kind === "identified" ? customer.uniqueIdentifier : customer.visitorId;
  return [
    ...(visitor ? [{ key: visitor, most: 8 }] : []),
    ...(address ? [{ key: address, most: 40 }] : []),
    // A browser without a cookie has no conversation to follow.
    ...(visitor ? [] : [{ key: "newcomers", most: 20, isShared: true } as const]),
    ...(customer.kind === "anonymous" ? [{ key: "strangers", most: 150, isShared: true } as const] : []),
    { key: "all", most: 300, isShared: true },
  ];
}

const globalForSandbox = globalThis as { sandboxStreams?: Map<string, number> };
const counts = (globalForSandbox.sandboxStreams ??= new Map<string, number>());

export function acquireStream(limits: StreamLimit[]): () => void {
  for (const { key, most, isShared } of limits) {
    if ((counts.get(key) ?? 0) < most) continue;
    if (isShared) throw busyError();
    const advice = "Poll for messages instead.";
    throw new RequestError(429, "too-many-streams", `You already have ${most} streams. ${advice}`, 30);
  }
  for (const { key } of limits) counts.set(key, (counts.get(key) ?? 0) + 1);
  let isReleased = false;
  return () => {
    if (isReleased) return;
    isReleased = true;
    for (const { key } of limits) {
      const left = counts.get(key)! - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    }
  };
}

export function streamEvents(
  request: Request,
  limits: StreamLimit[],
  follow: (send: (event: object) => void, signal: AbortSignal) => Promise<void>,
): Response {
  // no-transform: compression would hold events back.
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
  const timer = setTimeout(end, STREAM_TIME);
  let isCancelled = false;
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async start(controller) {
      const write = (text: string) => {
        if (signal.aborted) return;
        controller.enqueue(encoder.encode(text));
        if ((controller.desiredSize ?? 0) < 0) end();
      };
      // Sent immediately: some proxies wait for the first bytes before they forward the headers.
      write("retry: 300\n\n");
      const heartbeat = setInterval(write, 10_000, ": still here\n\n");
      signal.addEventListener("abort", () => {
        release();
        clearInterval(heartbeat);
        clearTimeout(timer);
        if (!isCancelled) controller.close();
      });
      request.signal.addEventListener("abort", end, { signal });
      if (request.signal.aborted) end();
      try {
        await follow((event) => write(`data: ${JSON.stringify(event)}\n\n`), signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof RequestError)) log.warn({ err: error }, "sandbox stream ended");
        // Keeps the client from reconnecting too often when the stream fails.
        write("retry: 3000\n\n");
      } finally {
        end();
      }
    },
    cancel() {
      isCancelled = true;
      end();
    },
  };
  const body = new ReadableStream(source, new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD }));
  return new Response(body, { headers });
}
