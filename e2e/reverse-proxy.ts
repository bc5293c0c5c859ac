import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type ReverseProxy = { address: string; close(): void };

/**
 * Stands in front of a portal, so that a browser which no test steers meets one that misbehaves.
 *
 * @param change called with each answer before it is passed on; takes it over when it returns true
 */
export async function startReverseProxy(
  portal: string,
  change: (asked: IncomingMessage, answered: IncomingMessage, response: ServerResponse) => boolean | void,
): Promise<ReverseProxy> {
  const server = createServer((asked, response) => {
    // The Host header is passed on as it came, so that the portal takes the browser's Origin for its own.
    const headers = { ...asked.headers, "accept-encoding": "identity" };
    const onward = request(new URL(asked.url!, portal), { method: asked.method, headers }, (answered) => {
      if (change(asked, answered, response)) return;
      response.writeHead(answered.statusCode!, answered.headers);
      answered.pipe(response);
    });
    onward.once("error", () => response.destroy());
    asked.pipe(onward);
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
