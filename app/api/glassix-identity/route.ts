import { createHash } from "node:crypto";
import { audit } from "@/lib/audit";
import { readSessionToken } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { createIdentityHandler } from "@/lib/glassix/identity/handlers";
import { log, readRequestId } from "@/lib/log";
import { findChatCustomer } from "@/lib/portal/chat-customer";
import { toIdentityClaims } from "@/lib/portal/identity-claims";
import { createLimit } from "@/lib/rate-limit";
import { isSameOrigin } from "@/lib/same-origin";

const mints = createLimit("mint", 120, 60, 10);

/** The customer comes from the session alone (docs/decisions/identity-from-the-session.md). */
async function getCustomer() {
  const token = await readSessionToken();
  if (!token) return null;
  const { sessionId } = token;
  const customer = await findChatCustomer(token);
  if (customer?.isSignedIn && !customer.isDisabled)
    return { ...customer, identityClaims: toIdentityClaims(customer), sessionId };
  const code = customer?.isDisabled ? "account-disabled" : "unauthenticated";
  await audit("identity-minted", "refused", { email: customer?.email, sessionId }, { code });
  return customer?.isDisabled ? "disabled" : null;
}

async function limit(): Promise<number> {
  const token = await readSessionToken();
  const seconds = token ? await mints.count(token.sessionId) : 0;
  if (token && seconds > 0)
    await audit("identity-minted", "refused", { sessionId: token.sessionId }, { code: "rate-limited" });
  return seconds;
}

async function handler(request: Request): Promise<Response> {
  const { glassix, isSandboxOn } = env();
  const requestId = readRequestId(request.headers) ?? crypto.randomUUID();
  const handle = createIdentityHandler({
    getCustomer,
    apiKey: glassix.apiKey,
    apiSecret: glassix.apiSecret,
    lifetime: glassix.identityTtl,
    allowShortLifetime: isSandboxOn,
    isSameOrigin,
    limit,
    async onMint({ identityToken }, { email, sessionId }) {
      const fingerprint = createHash("sha256").update(identityToken).digest("hex").slice(0, 16);
      await audit("identity-minted", "success", { email, sessionId }, { fingerprint });
    },
    onError: (err) => log.error({ err, requestId }, "minting failed"),
  });
  const response = await handle(request);
  response.headers.set("X-Request-Id", requestId);
  return response;
}

export { handler as DELETE, handler as GET, handler as HEAD, handler as OPTIONS };
export { handler as PATCH, handler as POST, handler as PUT };

export const maxDuration = 15;
