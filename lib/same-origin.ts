import "server-only";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

/**
 * Whether a request comes from a page of this site or from no page (curl, a server). Logs what it rejects.
 *
 * Browsers send `Sec-Fetch-Site`, which no page can forge and no proxy changes. Over plain http they leave it out; then
 * `Origin` must be that of NEXTAUTH_URL or of the requested host.
 */
export function isSameOrigin({ headers }: Request): boolean {
  const origin = headers.get("origin");
  const fetchSite = headers.get("sec-fetch-site");
  const expected = env().origin;
  const host = headers.get("x-forwarded-host")?.split(",")[0]?.trim() || headers.get("host");

  if (fetchSite ? fetchSite === "same-origin" || fetchSite === "none" : origin === null || origin === expected)
    return true;
  if (!fetchSite && URL.canParse(origin!) && new URL(origin!).host === host) return true;

  const shorten = (text: string | null) => text?.slice(0, 200) ?? null;
  log.warn(
    {
      origin: shorten(origin),
      expected,
      host: shorten(host),
      fetchSite: shorten(fetchSite),
    },
    "cross-origin request refused",
  );
  return false;
}
