import { readClientAddress } from "@/lib/client-address";
import { createLocalLimit } from "@/lib/limits";
import { log } from "@/lib/log";
import { readBody } from "@/lib/read-body";
import { isSameOrigin } from "@/lib/same-origin";
import { countWidgetFailure } from "@/lib/telemetry";
import { parseReport } from "@/lib/widget-failure/report";

/** Many times what a report needs. */
const MAX_BODY = 1_024;

// A browser sends five for each page at most. Anybody else can send these, too.
const perAddress = createLocalLimit(30, 60);
const altogether = createLocalLimit(600, 60);

/**
 * Takes a browser's word that the chat could not be shown (components/chat/report-failure.ts). The word is
 * anybody's: it is counted and logged, and nothing is done because of it. Asks nothing of the database,
 * which may be the very reason.
 */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return refuse(403, "cross-origin", "Cross-origin requests are not allowed.");
  const body = await readBody(request, MAX_BODY);
  if (body === null) return refuse(413, "too-large", `A report has at most ${MAX_BODY} bytes.`);
  const cause = parseReport(body);
  if (!cause) return refuse(400, "bad-request", "This is no report of a failed chat.");

  const address = await readClientAddress();
  const secondsToWait = (address && (await perAddress(address))) || (await altogether("all"));
  if (secondsToWait)
    return refuse(429, "rate-limited", "There were too many reports.", { "Retry-After": String(secondsToWait) });

  countWidgetFailure(cause);
  log("warn", "chat failed in a browser", { cause });
  return new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } });
}

const refuse = (status: number, code: string, error: string, headers: HeadersInit = {}) =>
  Response.json({ error, code }, { status, headers: { "Cache-Control": "no-store", ...headers } });
