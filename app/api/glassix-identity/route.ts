import { readSession } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { mintIdentityToken } from "@/lib/identity/mint";
import { findChatCustomer } from "@/lib/portal/chat-customer";
import { toIdentityClaims } from "@/lib/portal/identity-claims";
import { noteMint } from "@/lib/portal/identity-mints";
import { readRequestId } from "@/lib/request-id";
import { isSameOrigin } from "@/lib/same-origin";
import { countMinted, countRefusal, recordRenewal, traced } from "@/lib/telemetry";

/**
 * Mints the identity of whoever is signed in. The body is never read: a request that could name its
 * user could name any user (docs/decisions/identity-from-the-session.md).
 */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request)) return refuse(403, "cross-origin", "This address answers only to pages of its own site.");
  try {
    const session = await readSession();
    if (!session) return refuse(401, "unauthenticated", "Nobody is signed in. Sign in and ask again.");

    const customer = await findChatCustomer(session);
    if (!customer)
      return refuse(
        401,
        "unauthenticated",
        "This session has ended, or its account does not exist any more. Sign in again.",
      );
    if (customer.isDisabled)
      return refuse(403, "account-disabled", "This account is disabled. Call us to have it opened again.");

    const { glassix, identityTtl, isSandboxOn } = env();
    const identity = await traced("mint identity", {}, () =>
      mintIdentityToken({
        uniqueIdentifier: customer.uniqueIdentifier,
        apiKey: glassix.apiKey,
        apiSecret: glassix.apiSecret,
        identityClaims: toIdentityClaims(customer),
        lifetime: identityTtl,
        allowShortLifetime: isSandboxOn,
      }),
    );
    // Before it is given away: what cannot be noted is not minted.
    const secondsToWait = await noteMint(session.userId, identity, request.headers.get("user-agent") ?? "");
    if (secondsToWait > 0) {
      log("warn", "minting limited", { userId: session.userId });
      return refuse(429, "rate-limited", `Too many identities were asked for. Ask again in ${secondsToWait} seconds.`, {
        "Retry-After": String(secondsToWait),
      });
    }

    log("info", "identity minted", { userId: session.userId });
    countMinted();
    const secondsLeft = readSecondsLeft(request);
    if (secondsLeft !== null && secondsLeft <= identityTtl) recordRenewal(secondsLeft);
    return answer(200, identity);
  } catch (error) {
    log("error", "minting failed", { error });
    return refuse(503, "unavailable", "The identity cannot be made just now. Ask again in a few seconds.", {
      "Retry-After": "5",
      "X-Request-Id": String(await readRequestId()),
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

/** What the identity that this one replaces has left, as the page says: for the metrics, and for nothing else. */
function readSecondsLeft(request: Request): number | null {
  const expiresAt = /^\d{10}$/.exec(request.headers.get("x-replaces") ?? "")?.[0];
  return expiresAt ? Math.max(0, Number(expiresAt) - Date.now() / 1000) : null;
}

function refuse(status: number, code: string, error: string, headers?: HeadersInit): Response {
  countRefusal(code);
  return answer(status, { error, code }, headers);
}

const answer = (status: number, body: object, headers: HeadersInit = {}) =>
  Response.json(body, { status, headers: { "Cache-Control": "no-store", ...headers } });

export const maxDuration = 15;
