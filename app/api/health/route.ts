import { findProblem } from "@/lib/health";

export async function GET(): Promise<Response> {
  const problem = await findProblem();
  return Response.json(
    { status: problem ? "unavailable" : "ok", database: problem?.code ?? "ok", problems: problem ? [problem] : [] },
    { status: problem ? 503 : 200, headers: { "Cache-Control": "no-store" } },
  );
}
