import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from "node:http";

export type RoundRobin = {
  address: string;
  /** The ports of the instances that have responded so far. */
  responded: Set<string>;
  /** The ports of the instances that aborted a request that had reached them. */
  aborted: Set<string>;
  /** Resolves once the next request has reached this instance, before it can respond. */
  waitForRequest(instance: string): Promise<void>;
  /** Routes every further request to this instance; null: to all in turn. */
  routeTo(instance: string | null): void;
  close(): void;
};

/**
 * A round-robin proxy in front of several instances. It retries a request with the next instance only if it could not
 * connect, because a request that may have arrived must not be sent twice.
 *
 * @param port its own
 * @param instances their ports
 */
export async function startRoundRobin(port: string, instances: string[]): Promise<RoundRobin> {
  const responded = new Set<string>();
  const aborted = new Set<string>();
  const waiting = new Map<string, () => void>();
  let pinnedInstance: string | null = null;
  let turn = 0;
  // One connection per request, so that a failure to connect is known before anything is sent.
  const agent = new Agent({ keepAlive: false });

  function forward(
    clientRequest: IncomingMessage,
    response: ServerResponse,
    index: number,
    attempts = instances.length,
  ): void {
    const instance = pinnedInstance ?? instances[index % instances.length]!;
    const { method, headers } = clientRequest;
    const upstreamRequest = request(
      `http://127.0.0.1:${instance}${clientRequest.url}`,
      { method, headers, agent },
      (upstreamResponse) => {
        responded.add(instance);
        response.writeHead(upstreamResponse.statusCode!, upstreamResponse.headers);
        upstreamResponse.once("error", abort).pipe(response);
      },
    );
    let isConnected = false;
    upstreamRequest.once("socket", (socket) =>
      socket.once("connect", () => {
        isConnected = true;
        clientRequest.pipe(upstreamRequest);
        waiting.get(instance)?.();
      }),
    );
    upstreamRequest.on("error", () => {
      if (!isConnected && attempts > 1 && !response.destroyed)
        forward(clientRequest, response, index + 1, attempts - 1);
      else abort();
    });
    function abort(): void {
      // The browser has disconnected.
      if (response.destroyed) return;
      aborted.add(instance);
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    }
    // A browser that disconnects ends its stream.
    response.once("close", () => upstreamRequest.destroy());
  }

  const server = createServer((clientRequest, response) => forward(clientRequest, response, turn++));
  await new Promise<void>((resolve) => server.listen(Number(port), resolve));
  return {
    address: `http://localhost:${port}`,
    responded,
    aborted,
    waitForRequest(instance) {
      return new Promise((resolve) => waiting.set(instance, resolve));
    },
    routeTo(instance) {
      pinnedInstance = instance;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
