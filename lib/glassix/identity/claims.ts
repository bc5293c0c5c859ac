/**
 * What a token carries beside the registered names: `field1`…`fieldN` fill the ticket's fields, every
 * other name appears in the ticket at `details.identityTokenClaims`.
 */
export type IdentityClaims = Record<string, string>;

/** The most characters that the identity claims may have as JSON. Source: Glassix's guide, "Optional Claims". */
export const MAX_IDENTITY_CLAIMS_LENGTH = 500;

/** The least that Glassix recommends a token should live, in seconds (5 hours). Source: the guide, "Required Claims". */
export const MIN_LIFETIME = 18_000;

/** How many fields a ticket has, and how many of them a token is documented to fill. Source: docs.glassix.com, "ticket", and the guide. */
export const TICKET_FIELDS = 10;
export const DOCUMENTED_FIELDS = 4;

/** Names that mean something to every JWT, and so cannot be identity claims. Source: RFC 7519, section 4.1. */
export const REGISTERED_CLAIMS: readonly string[] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/** Whether `value` has the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx, in either case. Source: the guide, step 1. */
export function isUuid(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

/**
 * How many of the {@link MAX_IDENTITY_CLAIMS_LENGTH} characters these identity claims use. The guide
 * leaves open whether the fields count: they are counted, which is the safe reading.
 */
export function measureIdentityClaims(identityClaims: Record<string, unknown>): number {
  return JSON.stringify(identityClaims).length;
}

/** What a token carries beside the registered names. Of a token that is none of ours, the values may be anything. */
export function pickIdentityClaims(claims: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !REGISTERED_CLAIMS.includes(name)));
}
