import { signOut } from "@/lib/auth/sign-in";
import { readBody } from "@/lib/request-limits";
import { isSameOrigin } from "@/lib/same-origin";

const MAX_BODY = 1_024;

/** A plain POST instead of a server action, so that it works in a tab that is older than the deployment. */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return new Response("Cross-origin requests are not allowed.\n", { status: 403 });
  const body = await readBody(request, MAX_BODY);
  if (body === null) return new Response("The form is too large.\n", { status: 413 });
  const form = new URLSearchParams(body);
  const location = await signOut({ isEverywhere: form.has("everywhere") });
  return new Response(null, { status: 303, headers: { Location: location, "Cache-Control": "no-store" } });
}

export const maxDuration = 15;
