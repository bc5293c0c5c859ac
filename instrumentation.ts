import type { Instrumentation } from "next";

/** Runs once when a server starts, before it takes a request: a bad environment stops it here, by name. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { refuseBadEnv } = await import("@/lib/env");
  refuseBadEnv();
  if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT) {
    const { registerOTel } = await import("@vercel/otel");
    const { PrismaInstrumentation } = await import("@prisma/instrumentation");
    registerOTel({
      serviceName: process.env.OTEL_SERVICE_NAME ?? "glassix-portal",
      instrumentations: ["auto", new PrismaInstrumentation()],
    });
  }
  if (process.env.NODE_ENV !== "production") return;
  // Not waited for: a start needs no database.
  void (await import("@/lib/health")).logHealth();
}

export const onRequestError: Instrumentation.onRequestError = async (error, { method }, { routePath, routeType }) => {
  const { log } = await import("@/lib/log");
  // Not the address: its query may hold an e-mail or a token.
  log.error({ err: error, method, routePath, routeType }, "request failed");
};
