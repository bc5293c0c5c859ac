const HOME = "/portal";
/** Longer addresses do not fit into the headers that proxies pass on. */
const MAX_LENGTH = 2_000;

/**
 * Where to go after sign-in: `callbackUrl` when it is a path of this site, otherwise the portal. An
 * attacker can put any `callbackUrl` into a link to the login page.
 */
export function toSafePath(callbackUrl: unknown): string {
  if (typeof callbackUrl !== "string" || callbackUrl.length > MAX_LENGTH || !callbackUrl.startsWith("/")) return HOME;
  // The browser's own parser decides: it takes "//evil.example" and "/\evil.example" for other hosts.
  const base = "http://portal.invalid";
  const url = URL.canParse(callbackUrl, base) ? new URL(callbackUrl, base) : null;
  if (url?.origin !== base) return HOME;
  const path = url.pathname + url.search + url.hash;
  // What is returned is parsed once more, and "/.//evil.example" has become "//evil.example". Encoding makes it longer.
  return path.startsWith("//") || path.length > MAX_LENGTH ? HOME : path;
}
