import "server-only";

export function readRequestId(headers: Pick<Headers, "get">): string | null {
  const id = headers.get("x-request-id") ?? headers.get("x-vercel-id") ?? "";
  return /^[\w.:-]{8,128}$/.test(id) ? id : null;
}
