import "server-only";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

/** Browsers send `Sec-Fetch-Site`, which no page can forge; over plain http they leave it out, and `Origin` decides. */
export function isSameOrigin({ headers }: Request): boolean {
  const origin = headers.get("origin");
  const fetchSite = headers.get("sec-fetch-site");
  const host = headers.get("x-forwarded-host")?.split(",")[0]?.trim() || headers.get("host");
  const expected = env().origin;
  const isOtherHost = !expected || new URL(expected).host !== host;
  const isSame = fetchSite
    ? fetchSite === "same-origin" || fetchSite === "none"
    : origin === null || origin === expected || (isOtherHost && URL.canParse(origin) && new URL(origin).host === host);
  if (!isSame) log.warn({ origin: origin?.slice(0, 200), expected, host, fetchSite }, "cross-origin request refused");
  return isSame;
}
