import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type ReverseProxy = { address: string; close(): void };

/**
 * A reverse proxy in front of a portal.
 *
 * @param change called with each answer before it is passed on; takes it over when it returns true
 * @param forward the headers that replace those of the request. Without it, Host is passed on as it came
 */
export async function startReverseProxy(
  portal: string,
  change: (asked: IncomingMessage, answered: IncomingMessage, response: ServerResponse) => boolean | void,
  forward: () => IncomingHttpHeaders = () => ({}),
): Promise<ReverseProxy> {
  const server = createServer((asked, response) => {
    const headers = { ...asked.headers, "accept-encoding": "identity", ...forward() };
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
