import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

type Value = { stringValue?: string; intValue?: number | string; boolValue?: boolean };
type Attribute = { key: string; value: Value };
type Span = { name: string; traceId: string; parentSpanId?: string; attributes?: Attribute[]; events?: unknown[] };
type Point = {
  attributes?: Attribute[];
  asDouble?: number;
  asInt?: number | string;
  count?: number | string;
  sum?: number;
};
type Metric = { name: string; unit: string; sum?: { dataPoints: Point[] }; histogram?: { dataPoints: Point[] } };

export type Received = { path: string; headers: Record<string, unknown>; body: string };

/** A receiver of OTLP over HTTP, as a collector is one, that keeps all it gets and reads what is JSON. */
export class OtlpReceiver {
  readonly received: Received[] = [];
  private server: Server | null = null;
  private port = 0;
  /** Whether it takes what it is sent and never answers. */
  isSilent = false;

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString("latin1");
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

  /** All that has arrived, as text, to search. */
  text(): string {
    return this.received.map(({ path, body }) => `${path}\n${Buffer.from(body, "latin1").toString()}`).join("\n");
  }

  spans(): Span[] {
    return this.read("/v1/traces").flatMap((body) =>
      body.resourceSpans.flatMap((resource: { scopeSpans: { spans: Span[] }[] }) =>
        resource.scopeSpans.flatMap(({ spans }) => spans),
      ),
    );
  }

  /** A counter's value by now for each set of attributes ("error.type=locked"), or a histogram's count. */
  count(name: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const point of this.points(name)) {
      const key = (point.attributes ?? [])
        .map(({ key, value }) => `${key}=${value.stringValue}`)
        .sort()
        .join(" ");
      counts[key] = Number(point.asDouble ?? point.asInt ?? point.count);
    }
    return counts;
  }

  /** The newest points of a metric, the last in the list: counters only grow. */
  points(name: string): Point[] {
    return this.read("/v1/metrics").flatMap((body) =>
      body.resourceMetrics.flatMap((resource: { scopeMetrics: { metrics: Metric[] }[] }) =>
        resource.scopeMetrics
          .flatMap(({ metrics }) => metrics)
          .filter((metric) => metric.name === name)
          .flatMap((metric) => (metric.sum ?? metric.histogram)!.dataPoints),
      ),
    );
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  private read(path: string): any[] {
    return this.received
      .filter((one) => one.path === path)
      .map(({ body }) => JSON.parse(Buffer.from(body, "latin1").toString()));
  }
}
