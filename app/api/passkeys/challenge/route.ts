import { createPasskeyOptions, PURPOSES } from "@/lib/auth/passkey-ceremonies";
import { findRelyingParty } from "@/lib/auth/passkeys";
import { getUser } from "@/lib/auth/session";
import type { Translate } from "@/lib/i18n/messages";
import { getTranslations } from "@/lib/i18n/request";
import { log, readRequestId } from "@/lib/log";
import { isSameOrigin } from "@/lib/same-origin";

/** Not a server action: those run one after another, and setting a cookie renders the page again. */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return refuse(403, "cross-origin");
  const wanted = new URL(request.url).searchParams.get("purpose");
  const purpose = PURPOSES.find((each) => each === wanted);
  if (!purpose || !findRelyingParty()) return refuse(404, "not-offered");
  try {
    const user = purpose === "sign-in" ? null : await getUser();
    if (purpose !== "sign-in" && !user) return refuse(401, "signed-out");
    if (purpose === "registration" && !user?.isRecent) return refuse(403, "not-recent");
    return respond({ options: await createPasskeyOptions(purpose, user) });
  } catch (error) {
    log.error({ err: error, requestId: readRequestId(request.headers) }, "passkey challenge failed");
    return refuse(503, "unavailable");
  }
}

const respond = (body: object, status = 200) =>
  Response.json(body, { status, headers: { "Cache-Control": "no-store" } });

async function refuse(status: number, problem: Parameters<Translate<"passkeyProblem">>[0]): Promise<Response> {
  const t = await getTranslations("passkeyProblem");
  return respond({ error: t(problem, { minutes: 0 }) }, status);
}
