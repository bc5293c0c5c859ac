import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

type Span = { name: string; traceId: string };

type Received = { path: string; headers: Record<string, unknown>; body: string };

/** Receives and stores OTLP over HTTP with JSON, like a collector. */
export class OtlpReceiver {
  readonly received: Received[] = [];
  private server: Server | null = null;
  private port = 0;
  /** Whether it accepts requests without responding. */
  isSilent = false;

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      this.received.push({ path: request.url ?? "", headers: request.headers, body });
      if (!this.isSilent) response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    }).listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    this.server?.close();
    this.server = null;
  }

  /** All received requests as text. */
  text(): string {
    return this.received.map(({ path, body }) => `${path}\n${body}`).join("\n");
  }

  spans(): Span[] {
    const bodies = this.received.filter(({ path }) => path === "/v1/traces").map(({ body }) => JSON.parse(body));
    return bodies.flatMap((body) =>
      body.resourceSpans.flatMap((resource: { scopeSpans: { spans: Span[] }[] }) =>
        resource.scopeSpans.flatMap(({ spans }) => spans),
      ),
    );
  }
}
