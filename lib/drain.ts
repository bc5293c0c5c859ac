import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";

/** Longer than any answer may take (lib/db.ts), and no longer than most platforms wait before they kill. */
const AT_MOST = 10_000;

// On globalThis: Next bundles this file more than once.
const kept = globalThis as { portalEnding?: AbortController };
const ending = (kept.portalEnding ??= new AbortController());

/** Aborted when this process has been told to end: whatever would go on and on ends then. */
export const endingSignal = ending.signal;

/**
 * Makes SIGTERM end the server soon and without losing a request: Next takes no new connection from then
 * on and answers what was asked, but would wait for as long as browsers use the connections that they have.
 */
export function drainAtSigterm(): void {
  process.once("SIGTERM", () => {
    subscribe("http.server.request.start", (message) => {
      (message as { response: ServerResponse }).response.shouldKeepAlive = false;
    });
    ending.abort();
    setTimeout(() => process.exit(143), AT_MOST).unref();
  });
}
