import { findProblem } from "@/lib/health";

/** Whether this server can do its work: 200, or 503 with what is wrong and what to do. */
export async function GET(): Promise<Response> {
  const problem = await findProblem();
  return Response.json(
    { status: problem ? "unavailable" : "ok", database: problem?.code ?? "ok", problems: problem ? [problem] : [] },
    { status: problem ? 503 : 200, headers: { "Cache-Control": "no-store" } },
  );
}

export const dynamic = "force-dynamic";
