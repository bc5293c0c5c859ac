import "server-only";
import type { ChatUser } from "../widget/session-channel";
import { mintIdentityToken, type Identity, type MintInput } from "./mint";
import { isSameOrigin } from "./request";

export type ChatCustomer = NonNullable<ChatUser> &
  Pick<MintInput, "identityClaims"> & {
    /** When the session ends, if that is known. */
    expiresAt?: Date;
  };

type Found<Customer> = Customer | "disabled" | null | undefined;

/** Reads a request's session, never its body. Null: nobody; "disabled": a locked account. Throws if it cannot tell. */
export type GetCustomer<Customer extends ChatCustomer = ChatCustomer> = (request: Request) => Promise<Found<Customer>>;

export type FindCustomer<Session> = (session: Session) => Promise<Found<ChatCustomer>>;

export type IdentityHandlerOptions<Customer extends ChatCustomer = ChatCustomer> = Pick<
  MintInput,
  "lifetime" | "allowShortLifetime"
> & {
  getCustomer: GetCustomer<Customer>;
  apiKey: string | undefined;
  apiSecret: string | undefined;
  /** Default: compares the headers of the request with each other. Behind a proxy that changes `Host`, pass the origin. */
  isSameOrigin?(request: Request): boolean;
  /** Counts the request. Returns for how many seconds the client has to wait, 0 for none. */
  limit?(request: Request): number | Promise<number>;
  onMint?(identity: Identity, customer: Customer): void | Promise<void>;
  /** Default: console.error. */
  onError?(error: unknown): void;
};

/**
 * Builds the endpoint that mints the signed-in customer's identity. It never reads the body, which could name any user.
 * Errors are `{ error, code }`: 401 `unauthenticated`, 403 `account-disabled` and `cross-origin`, 405, 429, 503.
 */
export function createIdentityHandler<Customer extends ChatCustomer>(options: IdentityHandlerOptions<Customer>) {
  const { getCustomer, apiKey = "", apiSecret = "", lifetime, allowShortLifetime } = options;
  return async function handleIdentityRequest(request: Request): Promise<Response> {
    if (request.method !== "POST") return refuse(405, "method-not-allowed", "Use POST.", { Allow: "POST" });
    try {
      if (!(options.isSameOrigin ?? isSameOrigin)(request))
        return refuse(403, "cross-origin", "Cross-origin requests are not allowed.");
      const seconds = (await options.limit?.(request)) ?? 0;
      if (seconds > 0) {
        const error = `Too many identity requests. Try again in ${seconds} seconds.`;
        return refuse(429, "rate-limited", error, { "Retry-After": String(seconds) });
      }
      const customer = await getCustomer(request);
      if (!customer) return refuse(401, "unauthenticated", "You are not signed in. Sign in and try again.");
      if (customer === "disabled") return refuse(403, "account-disabled", "This account is disabled. Contact us.");
      const { uniqueIdentifier, identityClaims } = customer;
      const input = { uniqueIdentifier, identityClaims, apiKey, apiSecret, lifetime, allowShortLifetime };
      const identity = await mintIdentityToken(input);
      await options.onMint?.(identity, customer);
      return Response.json(identity, { headers: NO_STORE });
    } catch (error) {
      return refuseUnavailable("The identity cannot be minted right now.", error, options.onError);
    }
  };
}

/** Builds the endpoint that returns a ChatSession. It sets no cookie: a late one undoes a sign-out (next-auth#4612). */
export function createSessionHandler({
  getCustomer,
  onError,
}: Pick<IdentityHandlerOptions, "getCustomer" | "onError">) {
  return async function handleSessionRequest(request: Request): Promise<Response> {
    if (request.method !== "GET") return refuse(405, "method-not-allowed", "Use GET.", { Allow: "GET" });
    try {
      const customer = await getCustomer(request);
      if (!customer || customer === "disabled") return Response.json({ user: null }, { headers: NO_STORE });
      const { uniqueIdentifier, identityVersion, sessionId, expiresAt } = customer;
      const user = { uniqueIdentifier: uniqueIdentifier.toLowerCase(), identityVersion, sessionId };
      const endsIn = expiresAt && expiresAt.getTime() - Date.now();
      return Response.json({ user, endsIn }, { headers: NO_STORE });
    } catch (error) {
      return refuseUnavailable("The session cannot be read right now.", error, onError);
    }
  };
}

const NO_STORE = { "Cache-Control": "no-store" };

function refuse(status: number, code: string, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error, code }, { status, headers: { ...NO_STORE, ...headers } });
}

function refuseUnavailable(message: string, error: unknown, onError: IdentityHandlerOptions["onError"]): Response {
  if (onError) onError(error);
  else console.error(message, error);
  return refuse(503, "unavailable", `${message} Try again in a few seconds.`, { "Retry-After": "5" });
}
