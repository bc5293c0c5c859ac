const HOME = "/portal";
const MAX_LENGTH = 2_000;

/** The path of an absolute URL. NextAuth adds its own origin, which differs behind proxies and on Vercel. */
export function toPath(url: string): string {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return url;
  const { pathname, search, hash } = new URL(url);
  return pathname + search + hash;
}

/** Returns `callbackUrl` if it is a path on this site, otherwise the portal's: any link to the login page can set it. */
export function toSafePath(callbackUrl: unknown): string {
  if (typeof callbackUrl !== "string" || callbackUrl.length > MAX_LENGTH || !callbackUrl.startsWith("/")) return HOME;
  const base = "http://portal.invalid";
  const url = URL.canParse(callbackUrl, base) ? new URL(callbackUrl, base) : null;
  if (url?.origin !== base) return HOME;
  const path = url.pathname + url.search + url.hash;
  return path.startsWith("//") || path.length > MAX_LENGTH ? HOME : path;
}
