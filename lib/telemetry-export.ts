import "server-only";
import { metrics, type Attributes } from "@opentelemetry/api";
import {
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import { beforeTheEnd } from "@/lib/drain";
import type { Env } from "@/lib/env";

/**
 * Sends traces and metrics to the OTLP receiver that the environment names, from here on. Loaded by
 * instrumentation.ts, and only where there is one. OpenTelemetry's own variables (OTEL_SERVICE_NAME,
 * OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER …) are read by its libraries.
 *
 * A receiver that is slow or away holds up nothing: what waits for it is bounded, and then dropped.
 */
export async function startTelemetry({ isJson, metricInterval }: NonNullable<Env["telemetry"]>): Promise<void> {
  const { OTLPTraceExporter } = isJson
    ? await import("@opentelemetry/exporter-trace-otlp-http")
    : await import("@opentelemetry/exporter-trace-otlp-proto");
  const { OTLPMetricExporter } = isJson
    ? await import("@opentelemetry/exporter-metrics-otlp-http")
    : await import("@opentelemetry/exporter-metrics-otlp-proto");
  // A name unless the environment has one, and an id, so that the counters of many instances are told apart.
  const resource = resourceFromAttributes({ "service.name": "portal" }).merge(
    detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }),
  );
  const tracing = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(withoutPersonalData(new OTLPTraceExporter()))],
  });
  tracing.register();
  const metering = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(),
        exportIntervalMillis: metricInterval,
        exportTimeoutMillis: Math.min(metricInterval, 30_000),
      }),
    ],
  });
  metrics.setGlobalMeterProvider(metering);
  beforeTheEnd(() => Promise.allSettled([tracing.forceFlush(), metering.forceFlush()]));
}

/**
 * All that a span may say. Next's own say more: `http.target` and `http.url` have the query in them, with
 * e-mails and codes that people were sent, and errors have messages that may quote anything.
 */
const ALLOWED = new Set([
  "db.collection.name",
  "db.operation.name",
  "db.system.name",
  "error.type",
  "http.method",
  "http.route",
  "http.status_code",
  "net.peer.name",
  "next.page",
  "next.route",
  "next.rsc",
  "next.segment",
  "next.span_type",
]);

function withoutPersonalData(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(scrubSpan), done),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

/** The span with what it may say, and nothing of what a client has sent along with its trace's id. */
export function scrubSpan(span: ReadableSpan): ReadableSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const allowed = Object.entries(span.attributes).filter(([name]) => ALLOWED.has(name));
  const attributes: Attributes = Object.fromEntries(allowed);
  return Object.create(span, {
    // Next puts the address into the names of its spans for `fetch`.
    name: {
      value: span.attributes["next.span_type"] === "AppRender.fetch" ? `fetch ${attributes["http.method"]}` : span.name,
    },
    attributes: { value: attributes },
    events: { value: [] },
    links: { value: [] },
    status: { value: { code: span.status.code } },
    spanContext: { value: () => ({ traceId, spanId, traceFlags }) },
  });
}
