import { createHash } from "node:crypto";
import { audit } from "@/lib/audit";
import { readSessionToken } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { mintIdentityToken } from "@/lib/glassix/identity/mint";
import { createLimit } from "@/lib/limits";
import { log } from "@/lib/log";
import { findChatCustomer } from "@/lib/portal/chat-customer";
import { toIdentityClaims } from "@/lib/portal/identity-claims";
import { toRequestId } from "@/lib/request-id";
import { isSameOrigin } from "@/lib/same-origin";

/** For each session: far more than a person who signs in and out all day needs, far less than a loop. */
const mints = createLimit("mint", 120, 60);

/**
 * Mints the identity of the signed-in customer. The body is never read: a request that could name its user could
 * name any user (docs/decisions/identity-from-the-session.md).
 */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return refuse(403, "cross-origin", "Cross-origin requests are not allowed.");
  try {
    const token = await readSessionToken();
    if (!token) return refuse(401, "unauthenticated", "You are not signed in. Sign in and ask again.");

    const { sessionId } = token;
    const secondsToWait = await mints.count(sessionId);
    if (secondsToWait > 0) {
      await audit("identity-minted", "refused", { sessionId }, { code: "rate-limited" });
      return refuse(429, "rate-limited", `Too many identity requests. Ask again in ${secondsToWait} seconds.`, {
        "Retry-After": String(secondsToWait),
      });
    }

    const customer = await findChatCustomer(token);
    const subject = { email: customer?.email, sessionId };
    if (customer?.isDisabled) {
      await audit("identity-minted", "refused", subject, { code: "account-disabled" });
      return refuse(403, "account-disabled", "This account is disabled. Call us to have it reactivated.");
    }
    if (!customer?.isSignedIn) {
      await audit("identity-minted", "refused", subject, { code: "unauthenticated" });
      return refuse(401, "unauthenticated", "This session has ended. Sign in again.");
    }

    const { glassix, isSandboxOn } = env();
    const identity = await mintIdentityToken({
      uniqueIdentifier: customer.uniqueIdentifier,
      apiKey: glassix.apiKey,
      apiSecret: glassix.apiSecret,
      identityClaims: toIdentityClaims(customer),
      lifetime: glassix.identityTtl,
      allowShortLifetime: isSandboxOn,
    });
    await audit("identity-minted", "success", subject, { fingerprint: fingerprint(identity.identityToken) });
    return answer(200, identity);
  } catch (error) {
    const requestId = toRequestId(request.headers);
    log.error({ err: error, requestId }, "minting failed");
    return refuse(503, "unavailable", "The identity cannot be minted right now. Ask again in a few seconds.", {
      "Retry-After": "5",
      "X-Request-Id": requestId,
    });
  }
}

const refuseMethod = () => refuse(405, "method-not-allowed", "Use POST.", { Allow: "POST" });
export {
  refuseMethod as DELETE,
  refuseMethod as GET,
  refuseMethod as HEAD,
  refuseMethod as OPTIONS,
  refuseMethod as PATCH,
  refuseMethod as PUT,
};

/** Tells one token from another in the log, without being any part of it. */
const fingerprint = (token: string) => createHash("sha256").update(token).digest("hex").slice(0, 16);

function refuse(status: number, code: string, error: string, headers?: HeadersInit): Response {
  return answer(status, { error, code }, headers);
}

const answer = (status: number, body: object, headers: HeadersInit = {}) =>
  Response.json(body, { status, headers: { "Cache-Control": "no-store", ...headers } });

export const maxDuration = 15;
