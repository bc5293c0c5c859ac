import "server-only";
import { env } from "@/lib/env";

/**
 * Whether a request comes from a page of this site, or from no page at all (curl, a server): those
 * bring no cookies of a visitor. A browser says so itself, in headers that no page can forge.
 */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site) return site === "same-origin" || site === "none";

  const origin = request.headers.get("origin");
  if (!origin) return true;
  if (origin === env().origin) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.get("host");
}
