import "server-only";

/** The id that proxy.ts, or a load balancer in front, gave a request; null if it is not safe to log. */
export function readRequestId(headers: Pick<Headers, "get">): string | null {
  const id = headers.get("x-request-id") ?? headers.get("x-vercel-id") ?? "";
  return /^[\w.:-]{8,128}$/.test(id) ? id : null;
}
