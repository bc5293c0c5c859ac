import "server-only";
import { format } from "node:util";
import pino from "pino";
import { readRequestId } from "./request-id";
import { readTraceId } from "./telemetry";

export type LogLevel = "info" | "warn" | "error";

/** Lines of JSON on the standard output: what platforms and collectors read. */
const logger = pino({
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
});

// On globalThis: Next bundles this file more than once.
const kept = globalThis as { portalLogsJson?: true };

/**
 * Writes one line about what has happened, with the ids of the request and the trace that it happened in.
 *
 * @param event what happened, in a few words that are always the same: "signed in"
 * @param fields what tells one time from another: ids, codes, counts. Never an e-mail, a password, a token
 *   or a cookie; an error goes into `error`
 */
export function log(level: LogLevel, event: string, fields: Record<string, unknown> = {}): void {
  const { error, ...rest } = fields;
  const line = { ...rest, ...(error !== undefined && { error: describeError(error) }) };
  if (!kept.portalLogsJson) return console[level](event, line);
  const traceId = readTraceId();
  const where = (requestId: string | null) => ({ ...(requestId && { requestId }), ...(traceId && { traceId }) });
  void readRequestId().then((requestId) => logger[level]({ ...where(requestId), ...line }, event));
}

/**
 * From here on lines are JSON, and so is what Next, NextAuth and others print, with what must not stand in
 * a log taken out. For production: at a terminal people read better what is no JSON.
 */
export function takeOverConsole(): void {
  const take =
    (level: LogLevel) =>
    (...args: unknown[]) =>
      log(level, scrub(format(...args.map((arg) => (arg instanceof Error ? describeError(arg) : arg)))));
  kept.portalLogsJson = true;
  Object.assign(console, { log: take("info"), info: take("info"), warn: take("warn"), error: take("error") });
}

function describeError(error: unknown): string {
  const { stack, code } = error instanceof Error ? (error as Error & { code?: unknown }) : {};
  return scrub(`${typeof code === "string" ? `${code} ` : ""}${stack ?? String(error)}`);
}

/** Nobody reads on, and the patterns below need not be fast. */
const MAX_LENGTH = 4_000;

const SECRETS: [RegExp, string][] = [
  [/eyJ[\w-]+\.[\w-]*\.[\w.-]*/g, "[token]"],
  [/\$argon2\w*\$\S+/g, "[hash]"],
  [/(\w+:\/\/[^\s:@/]*):[^\s@]*@/g, "$1:[password]@"],
  [/[\p{L}\p{N}._%+'-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu, "[e-mail]"],
  [
    /((?:pass(?:word|phrase)?|secret|token|cookie|authorization|csrfToken)"?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s,;&}]+)/gi,
    "$1[hidden]",
  ],
];

/** Takes out of a text what looks like a token, a hash, a password, an e-mail or a cookie: messages of libraries may quote anything. */
export function scrub(text: string): string {
  return SECRETS.reduce((scrubbed, [pattern, name]) => scrubbed.replace(pattern, name), text.slice(0, MAX_LENGTH));
}
