import { signOut } from "@/lib/auth/sign-in";
import { isSameOrigin } from "@/lib/same-origin";

/**
 * Ends this browser's session. A plain POST and not a server action, so that it works in a tab that is older than the
 * deployment, and without JavaScript.
 */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return new Response("Cross-origin requests are not allowed.\n", { status: 403 });
  return new Response(null, { status: 303, headers: { Location: await signOut(), "Cache-Control": "no-store" } });
}

export const maxDuration = 15;
