const HOME = "/portal";

/**
 * Where to go after sign-in: `callbackUrl` when it is a path of this site, otherwise the portal. An
 * attacker can put any `callbackUrl` into a link to the login page.
 */
export function toSafePath(callbackUrl: unknown): string {
  if (typeof callbackUrl !== "string" || !callbackUrl.startsWith("/")) return HOME;
  // The browser's own parser decides: it takes "//evil.example" and "/\evil.example" for other hosts.
  const base = "http://portal.invalid";
  const url = URL.canParse(callbackUrl, base) ? new URL(callbackUrl, base) : null;
  if (url?.origin !== base) return HOME;
  // What is returned is parsed once more, and "/.//evil.example" has become "//evil.example".
  return url.pathname.startsWith("//") ? HOME : url.pathname + url.search + url.hash;
}
