import { checkHealth } from "@/lib/health";

/** Whether this server can do its work: 200, or 503 with what is wrong and what to do. Says nothing of where the database is. */
export async function GET(): Promise<Response> {
  const { isReady, database, problems } = await checkHealth();
  return Response.json(
    { status: isReady ? "ok" : "unavailable", database, problems },
    { status: isReady ? 200 : 503, headers: { "Cache-Control": "no-store" } },
  );
}

export const dynamic = "force-dynamic";
