import type { Instrumentation } from "next";

export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  (await import("@/lib/check-environment")).checkEnvironment();
  (await import("@/lib/request-limits")).limitParsing();
  (await import("@/lib/auth/outbox")).startMailDelivery();
  if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT) {
    const { registerOTel } = await import("@vercel/otel");
    const { PrismaInstrumentation } = await import("@prisma/instrumentation");
    registerOTel({
      serviceName: "glassix-portal",
      instrumentations: ["auto", new PrismaInstrumentation()],
      spanProcessors: [
        {
          // Next records the query string, which may contain an email address or a token.
          onStart(span) {
            const target = span.attributes["http.target"];
            if (typeof target === "string") span.setAttribute("http.target", target.split("?")[0]!);
          },
          onEnd() {},
          async forceFlush() {},
          async shutdown() {},
        },
        "auto",
      ],
    });
  }
  if (process.env.NODE_ENV === "production") void (await import("@/lib/health")).logHealth();
}

export const onRequestError: Instrumentation.onRequestError = async (error, { method }, { routePath, routeType }) => {
  // Next also bundles this file for the Edge runtime, where the logger does not run.
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { log } = await import("@/lib/log");
    log.error({ err: error, method, routePath, routeType }, "request failed");
  }
};
