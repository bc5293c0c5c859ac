import { db } from "@/lib/db";

/** Whether this server can do its work: 200, or 503 when the database does not answer. */
export async function GET(): Promise<Response> {
  const isDatabaseUp = await db().$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
  return Response.json(
    { status: isDatabaseUp ? "ok" : "unavailable", database: isDatabaseUp ? "ok" : "unreachable" },
    { status: isDatabaseUp ? 200 : 503, headers: { "Cache-Control": "no-store" } },
  );
}

export const dynamic = "force-dynamic";
