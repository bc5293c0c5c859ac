import "server-only";

/** `origin`: the site's public origin ("https://example.com"), for proxies that change `Host`. */
export function isSameOrigin({ headers }: Request, origin?: string | null): boolean {
  // No page can forge it. Over plain http browsers leave it out, and `Origin` decides.
  const fetchSite = headers.get("sec-fetch-site");
  if (fetchSite) return fetchSite === "same-origin" || fetchSite === "none";
  const sender = headers.get("origin");
  const expected = origin && new URL(origin);
  if (sender === null || (expected && sender === expected.origin)) return true;
  const host = headers.get("x-forwarded-host")?.split(",")[0]?.trim() || headers.get("host");
  const isOtherHost = !expected || expected.host !== host;
  return isOtherHost && URL.canParse(sender) && new URL(sender).host === host;
}

/** Joins the values of matching cookies in the order of their names: NextAuth splits large ones into numbered parts. */
export function readCookies(request: Request, name: RegExp): string {
  const found = new Map<string, string>();
  for (const cookie of (request.headers.get("cookie") ?? "").split(/; */)) {
    const end = cookie.indexOf("=");
    const key = cookie.slice(0, end);
    // Of two with the same name the last counts, as in Next.
    if (end > 0 && name.test(key)) found.set(key, cookie.slice(end + 1));
  }
  const names = [...found.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return names.map((key) => found.get(key)).join("");
}

export async function hashCookies(request: Request, name: RegExp): Promise<string | undefined> {
  const value = readCookies(request, name);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value));
  return value ? Buffer.from(hash).toString("hex").slice(0, 32) : undefined;
}
