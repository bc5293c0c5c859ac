import { createHash } from "node:crypto";
import { audit } from "@/lib/audit";
import { readSessionToken } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { mintIdentityToken } from "@/lib/glassix/identity/mint";
import { createLimit } from "@/lib/rate-limit";
import { log, readRequestId } from "@/lib/log";
import { findChatCustomer } from "@/lib/portal/chat-customer";
import { toIdentityClaims } from "@/lib/portal/identity-claims";
import { isSameOrigin } from "@/lib/same-origin";

const mints = createLimit("mint", 120, 60, 10);

/** Never reads the body: a request that named its user could name any user (docs/decisions/identity-from-the-session.md). */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return refuse(403, "cross-origin", "Cross-origin requests are not allowed.");
  try {
    const token = await readSessionToken();
    if (!token) return refuse(401, "unauthenticated", "You are not signed in. Sign in and try again.");

    const { sessionId } = token;
    const seconds = await mints.count(sessionId);
    if (seconds > 0) {
      await audit("identity-minted", "refused", { sessionId }, { code: "rate-limited" });
      const headers = { "Retry-After": String(seconds) };
      return refuse(429, "rate-limited", `Too many identity requests. Try again in ${seconds} seconds.`, headers);
    }

    const customer = await findChatCustomer(token);
    const subject = { email: customer?.email, sessionId };
    if (!customer?.isSignedIn || customer.isDisabled) {
      const code = customer?.isDisabled ? "account-disabled" : "unauthenticated";
      await audit("identity-minted", "refused", subject, { code });
      return customer?.isDisabled
        ? refuse(403, code, "This account is disabled. Call us to have it reactivated.")
        : refuse(401, code, "This session has ended. Sign in again.");
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
    const fingerprint = createHash("sha256").update(identity.identityToken).digest("hex").slice(0, 16);
    await audit("identity-minted", "success", subject, { fingerprint });
    return Response.json(identity, { headers: { "Cache-Control": "no-store" } });
  } catch (error) {
    const requestId = readRequestId(request.headers) ?? crypto.randomUUID();
    log.error({ err: error, requestId }, "minting failed");
    const headers = { "Retry-After": "5", "X-Request-Id": requestId };
    return refuse(503, "unavailable", "The identity cannot be minted right now. Try again in a few seconds.", headers);
  }
}

export const GET = () => refuse(405, "method-not-allowed", "Use POST.", { Allow: "POST" });
export { GET as DELETE, GET as HEAD, GET as OPTIONS, GET as PATCH, GET as PUT };

const refuse = (status: number, code: string, error: string, headers: Record<string, string> = {}) =>
  Response.json({ error, code }, { status, headers: { "Cache-Control": "no-store", ...headers } });

export const maxDuration = 15;
