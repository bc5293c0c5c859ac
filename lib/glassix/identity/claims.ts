/** `field1`…`fieldN` fill the ticket's fields; other names appear in the ticket at `details.identityTokenClaims`. */
export type IdentityClaims = Record<string, string>;

/** Characters as JSON. Source: Glassix's guide, "Optional Claims". */
export const MAX_IDENTITY_CLAIMS_LENGTH = 500;

/** Seconds (5 hours), the minimum that Glassix recommends. Source: the guide, "Required Claims". */
export const MIN_LIFETIME = 18_000;

export const REGISTERED_CLAIMS: readonly string[] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

/** Characters as JSON. The guide does not say whether the fields count; they are counted here. */
export function measureIdentityClaims(identityClaims: Record<string, unknown>): number {
  return JSON.stringify(identityClaims).length;
}
