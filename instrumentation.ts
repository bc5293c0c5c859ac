/** Runs once when a server starts, before it takes a request: a bad environment stops it here, by name. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  (await import("@/lib/check-environment")).checkEnvironment();
  (await import("@/lib/drain")).drainAtSigterm();
  const { telemetry } = (await import("@/lib/env")).env();
  if (telemetry) await (await import("@/lib/telemetry-export")).startTelemetry(telemetry);
  if (process.env.NODE_ENV !== "production") return;
  (await import("@/lib/log")).takeOverConsole();
  // Not waited for: a start needs no database.
  void (await import("@/lib/health")).logHealth();
}
