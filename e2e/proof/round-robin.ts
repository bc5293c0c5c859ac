import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from "node:http";

export type RoundRobin = {
  address: string;
  /** Which instances have answered a request so far, by their ports. */
  answered: Set<string>;
  /** Which instances have broken off a request that had reached them. */
  brokenOff: Set<string>;
  /** Resolves as soon as the next request has reached this instance, and before it can have been answered. */
  untilReached(instance: string): Promise<void>;
  /** From here on this instance gets every request; null: they take turns again. */
  sendTo(instance: string | null): void;
  close(): void;
};

/**
 * Stands in front of several instances and lets them take turns. It passes a request on to the next one when no
 * connection comes about, and only then: what may have arrived is not sent a second time.
 *
 * @param port its own
 * @param instances their ports
 */
export async function startRoundRobin(port: string, instances: string[]): Promise<RoundRobin> {
  const answered = new Set<string>();
  const brokenOff = new Set<string>();
  const waiting = new Map<string, () => void>();
  let only: string | null = null;
  let turn = 0;
  // A connection of its own for each request: whether one has come about is then known before anything is sent.
  const agent = new Agent({ keepAlive: false });

  function pass(asked: IncomingMessage, response: ServerResponse, place: number, tries = instances.length): void {
    const instance = only ?? instances[place % instances.length]!;
    const { method, headers } = asked;
    const onward = request(`http://127.0.0.1:${instance}${asked.url}`, { method, headers, agent }, (answer) => {
      answered.add(instance);
      response.writeHead(answer.statusCode!, answer.headers);
      answer.once("error", breakOff).pipe(response);
    });
    let isConnected = false;
    onward.once("socket", (socket) =>
      socket.once("connect", () => {
        isConnected = true;
        asked.pipe(onward);
        waiting.get(instance)?.();
      }),
    );
    onward.on("error", () => {
      if (!isConnected && tries > 1 && !response.destroyed) pass(asked, response, place + 1, tries - 1);
      else breakOff();
    });
    function breakOff(): void {
      // The browser has left, and what it asked for with it.
      if (response.destroyed) return;
      brokenOff.add(instance);
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    }
    // A browser that leaves a stream ends it.
    response.once("close", () => onward.destroy());
  }

  const server = createServer((asked, response) => pass(asked, response, turn++));
  await new Promise<void>((resolve) => server.listen(Number(port), resolve));
  return {
    address: `http://localhost:${port}`,
    answered,
    brokenOff,
    untilReached(instance) {
      return new Promise((resolve) => waiting.set(instance, resolve));
    },
    sendTo(instance) {
      only = instance;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
