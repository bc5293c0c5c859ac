import "server-only";
import { inspect } from "node:util";
import pino from "pino";

export const SECRETS = "password passwordHash secret token identityToken cookie authorization email".split(" ");
// Properties that Postgres and OpenID Connect clients add to their errors.
const ERROR_DETAILS = ["detail", "jwt", "params", "checks"];

const terminal = {
  write(line: string) {
    const { level, msg, time, ...fields } = JSON.parse(line) as Record<string, unknown>;
    process.stdout.write(`${time} ${level} ${msg} ${inspect(fields).replaceAll("\\n", "\n")}\n`);
  },
};

/** Log ids, codes and counts, and an error as `err`. Redaction is only a safety net: log no personal data or secrets. */
export const log = pino(
  {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: [
      ...[...SECRETS, ...ERROR_DETAILS].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      "err.meta.driverAdapterError.cause.detail",
    ],
  },
  // eslint-disable-next-line no-restricted-properties -- Next replaces it in the build; env() may fail and be logged.
  process.env.NODE_ENV === "production" ? pino.destination(1) : terminal,
);

export function readRequestId(headers: Pick<Headers, "get">): string | null {
  const id = headers.get("x-request-id") ?? headers.get("x-vercel-id") ?? "";
  return /^[\w.:-]{8,128}$/.test(id) ? id : null;
}
