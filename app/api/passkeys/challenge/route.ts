import { createPasskeyOptions, PURPOSES } from "@/lib/auth/passkey-ceremonies";
import { findRelyingParty } from "@/lib/auth/passkeys";
import { getUser } from "@/lib/auth/session";
import { log, readRequestId } from "@/lib/log";
import { isSameOrigin } from "@/lib/same-origin";

/** Not a server action: those run one after another, and setting a cookie renders the page again. */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return refuse(403, "Cross-origin requests are not allowed.");
  const wanted = new URL(request.url).searchParams.get("purpose");
  const purpose = PURPOSES.find((each) => each === wanted);
  if (!purpose || !findRelyingParty()) return refuse(404, "Passkeys are not offered here.");
  try {
    const user = purpose === "sign-in" ? null : await getUser();
    if (purpose !== "sign-in" && !user) return refuse(401, "Your session has ended. Sign in again.");
    if (purpose === "registration" && !user?.isRecent)
      return refuse(403, "You signed in more than 10 minutes ago. Reload the page and confirm it's you first.");
    return respond({ options: await createPasskeyOptions(purpose, user) });
  } catch (error) {
    log.error({ err: error, requestId: readRequestId(request.headers) }, "passkey challenge failed");
    return refuse(503, "Passkeys are not available right now. Please try again in a minute.");
  }
}

const respond = (body: object, status = 200) =>
  Response.json(body, { status, headers: { "Cache-Control": "no-store" } });

const refuse = (status: number, error: string) => respond({ error }, status);
