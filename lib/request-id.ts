import "server-only";
import { headers } from "next/headers";

/** By the headers, of which Next keeps one object for each request. */
const requestIds = new WeakMap<object, string>();

/**
 * The id of this request: the one that a proxy or a platform has given it, or a new one; null outside of
 * requests. Whatever is logged about the request carries it, and so does the answer.
 */
export async function readRequestId(): Promise<string | null> {
  try {
    const request = await headers();
    const known = requestIds.get(request);
    if (known) return known;
    const id = toRequestId(request);
    requestIds.set(request, id);
    return id;
  } catch {
    return null;
  }
}

/** The id in a request's own header, when it is one that can stand in a log, or a new one. */
export function toRequestId(request: Pick<Headers, "get">): string {
  const given = request.get("x-request-id") ?? request.get("x-vercel-id") ?? "";
  return /^[\w.:-]{8,128}$/.test(given) ? given : crypto.randomUUID();
}
