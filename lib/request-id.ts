import "server-only";
import { headers } from "next/headers";

/** The id that proxy.ts, or a load balancer in front, gave this request. */
export async function readRequestId(): Promise<string | null> {
  return findRequestId(await headers());
}

/** The id in a request's header if it is safe to log, or a new one. */
export function toRequestId(request: Pick<Headers, "get">): string {
  return findRequestId(request) ?? crypto.randomUUID();
}

function findRequestId(request: Pick<Headers, "get">): string | null {
  const given = request.get("x-request-id") ?? request.get("x-vercel-id") ?? "";
  return /^[\w.:-]{8,128}$/.test(given) ? given : null;
}
