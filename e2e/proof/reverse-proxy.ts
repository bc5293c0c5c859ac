import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type ReverseProxy = { address: string; close(): void };

/**
 * Starts a reverse proxy in front of a portal.
 *
 * @param change called with each response before it is forwarded; may handle it itself and return true
 * @param forward returns headers that replace those of the request; by default, Host is forwarded unchanged
 */
export async function startReverseProxy(
  portal: string,
  change: (
    clientRequest: IncomingMessage,
    upstreamResponse: IncomingMessage,
    response: ServerResponse,
  ) => boolean | void,
  forward: () => IncomingHttpHeaders = () => ({}),
): Promise<ReverseProxy> {
  const server = createServer((clientRequest, response) => {
    const headers = { ...clientRequest.headers, "accept-encoding": "identity", ...forward() };
    const upstreamRequest = request(
      new URL(clientRequest.url!, portal),
      { method: clientRequest.method, headers },
      (upstreamResponse) => {
        if (change(clientRequest, upstreamResponse, response)) return;
        response.writeHead(upstreamResponse.statusCode!, upstreamResponse.headers);
        upstreamResponse.pipe(response);
      },
    );
    upstreamRequest.once("error", () => response.destroy());
    clientRequest.pipe(upstreamRequest);
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
