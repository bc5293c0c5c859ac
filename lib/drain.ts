import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { Server, ServerResponse } from "node:http";

/** Longer than any answer may take (lib/db.ts), and no longer than most platforms wait before they kill. */
const AT_MOST = 10_000;

/** How long nobody may have come before the door is closed, and how long a server that is never at rest leaves it open. */
const QUIET = 10;
const DOOR_OPEN_AT_MOST = 1_000;

/** In a longer turn of the event loop somebody may have come unseen. */
const SHORT_TURN = 2;

/** What is left to do when the last answer is given has as long as this. */
const LAST_WORK = 2_000;

// On globalThis: Next bundles this file more than once.
const kept = globalThis as { portalEnding?: { controller: AbortController; lastWork: (() => Promise<unknown>)[] } };
const ending = (kept.portalEnding ??= { controller: new AbortController(), lastWork: [] });

/** Aborted when this process has been told to end: whatever would go on and on ends then. */
export const endingSignal = ending.controller.signal;

/** Has something done when this process has been told to end and has given its last answer. It gets two seconds. */
export function beforeTheEnd(work: () => Promise<unknown>): void {
  ending.lastWork.push(work);
}

/**
 * Makes SIGTERM end the server soon and without losing a request. Next takes no new connection from then on and answers
 * what was asked, but would drop who is still at the door, and wait for as long as browsers use the connections that
 * they have.
 */
export function drainAtSigterm(): void {
  const closings = process.listeners("SIGTERM");
  process.removeAllListeners("SIGTERM");
  let isEnding = false;
  process.on("SIGTERM", async (signal) => {
    if (isEnding) return;
    isEnding = true;
    ending.controller.abort();
    const exit = process.exit.bind(process);
    setTimeout(exit, AT_MOST, 143).unref();
    // Next exits by itself after the last answer, and has no hook for what is still to be done then.
    if (ending.lastWork.length > 0)
      process.exit = ((code?: number) => {
        setTimeout(exit, LAST_WORK, code);
        void Promise.allSettled(ending.lastWork.map((work) => work())).then(() => exit(code));
      }) as typeof process.exit;

    const answerAll = holdRequests();
    await untilNobodyConnects();
    for (const close of closings) close(signal);
    answerAll();
  });
}

/**
 * Has what is asked from here on wait, and each connection end with its answer.
 *
 * @returns has it answered
 */
function holdRequests(): () => void {
  const requests: unknown[][] = [];
  let isOver = false;
  let release: (() => void) | undefined;
  subscribe("http.server.request.start", (message) => {
    const { server, response } = message as { server: Server; response: ServerResponse };
    response.shouldKeepAlive = false;
    if (isOver || release) return;
    const listeners = server.listeners("request") as (() => void)[];
    server.removeAllListeners("request").on("request", (...request) => requests.push(request));
    release = () => {
      server.removeAllListeners("request");
      for (const listener of listeners) server.on("request", listener);
      for (const request of requests) server.emit("request", ...request);
    };
  });
  return () => {
    isOver = true;
    release?.();
  };
}

/**
 * Resolves when nobody is at the door. The event loop lets in one connection in each of its turns, so on a busy server
 * there are many. Some short turns that have let nobody in are as good as a proof.
 */
async function untilNobodyConnects(): Promise<void> {
  let hasConnected = false;
  subscribe("net.server.socket", () => (hasConnected = true));
  let now = performance.now();
  const giveUpAt = now + DOOR_OPEN_AT_MOST;
  for (let quietSince = now; now - quietSince < QUIET && now < giveUpAt;) {
    hasConnected = false;
    const start = now;
    await new Promise(setImmediate);
    now = performance.now();
    if (hasConnected || now - start > SHORT_TURN) quietSince = now;
  }
}
