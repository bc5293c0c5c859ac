import { endingSignal } from "@/lib/drain";

/**
 * Whether this process lives: it answers, and asks nothing of anybody. A database that is away is no
 * reason to start a server anew; whether it can do its work, /api/health tells.
 */
export function GET(): Response {
  // Still alive: whoever is told to end must not be killed for it before the last answer is given.
  const status = endingSignal.aborted ? "ending" : "ok";
  return Response.json({ status }, { headers: { "Cache-Control": "no-store" } });
}

export const dynamic = "force-dynamic";
