import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

const MAX_PARTS = 100;

/** Next takes seconds for thousands of parameters of one name, or of cookies, and every other request must wait. */
export function limitParsing(): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    const [path, ...query] = request.url?.split("?") ?? [];
    if (query.join("?").split("&", MAX_PARTS + 1).length > MAX_PARTS) request.url = path;
    if (request.headers.cookie) request.headers.cookie = request.headers.cookie.split(";", MAX_PARTS).join(";");
  });
}

export async function readBody(request: Request, maxBytes: number): Promise<string | null> {
  if (Number(request.headers.get("content-length")) > maxBytes) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
