import "server-only";
import { env } from "@/lib/env";
import { isSameOrigin as compareOrigins } from "@/lib/glassix/identity/request";
import { log } from "@/lib/log";

export function isSameOrigin(request: Request): boolean {
  const { origin } = env();
  const isSame = compareOrigins(request, origin);
  if (!isSame) {
    const read = (name: string) => request.headers.get(name)?.slice(0, 200);
    log.warn(
      { origin: read("origin"), expected: origin, host: read("host"), fetchSite: read("sec-fetch-site") },
      "cross-origin request refused",
    );
  }
  return isSame;
}
