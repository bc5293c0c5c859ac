import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";

/** Longer than any answer may take (lib/db.ts), and no longer than most platforms wait before they kill. */
const AT_MOST = 10_000;

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
 * Makes SIGTERM end the server soon and without losing a request: Next takes no new connection from then
 * on and answers what was asked, but would wait for as long as browsers use the connections that they have.
 */
export function drainAtSigterm(): void {
  process.once("SIGTERM", () => {
    subscribe("http.server.request.start", (message) => {
      (message as { response: ServerResponse }).response.shouldKeepAlive = false;
    });
    ending.controller.abort();
    const exit = process.exit.bind(process);
    setTimeout(exit, AT_MOST, 143).unref();
    if (ending.lastWork.length === 0) return;
    // Next exits by itself after the last answer, and has no hook for what is still to be done then.
    process.exit = ((code?: number) => {
      setTimeout(exit, LAST_WORK, code);
      void Promise.allSettled(ending.lastWork.map((work) => work())).then(() => exit(code));
    }) as typeof process.exit;
  });
}
