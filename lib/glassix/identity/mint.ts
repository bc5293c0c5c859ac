import "server-only";
import { SignJWT } from "jose";
import {
  isUuid,
  MAX_IDENTITY_CLAIMS_LENGTH,
  measureIdentityClaims,
  MIN_LIFETIME,
  REGISTERED_CLAIMS,
  type IdentityClaims,
} from "./claims";

/** The API secret as a key. The last one is kept: importing costs more than signing. */
let last: { apiSecret: string; key: Promise<CryptoKey> } | undefined;

export type MintInput = {
  /** The customer's UUID. It must be the same at every sign-in, or the customer loses the chat's history. */
  uniqueIdentifier: string;
  /** The department's API key, a UUID: names who vouches. */
  apiKey: string;
  /** The department's API secret: signs. Not the API key. */
  apiSecret: string;
  /** What the agent shall see. Strings, together at most 500 characters as JSON. */
  identityClaims?: IdentityClaims;
  /** How long the token lives, in seconds. Default and least: 18000 (5 hours). */
  lifetime?: number;
  /** Lets `lifetime` be shorter than Glassix recommends: to try out renewal, never for customers. */
  allowShortLifetime?: boolean;
  /** The present, in seconds since 1970. Default: this machine's clock. */
  now?: number;
};

export type Identity = {
  /** For the widget's option `uniqueIdentifier`; equal to the token's `aud`. */
  uniqueIdentifier: string;
  /** For the widget's option `identityToken`. */
  identityToken: string;
  /** When the token ends, in seconds since 1970; equal to its `exp`. */
  expiresAt: number;
};

export type MintErrorCode =
  | "unique-identifier-invalid"
  | "api-key-invalid"
  | "api-secret-missing"
  | "api-secret-is-api-key"
  | "identity-claim-reserved"
  | "identity-claim-not-a-string"
  | "identity-claims-too-long"
  | "lifetime-too-short";

/** A token that Glassix would refuse was asked for. Switch on `code`; the message names the thing and the next step. */
export class MintError extends Error {
  override name = "MintError";
  constructor(
    readonly code: MintErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Mints an identity: a JWT that vouches to Glassix for one customer (HS256, signed with the UTF-8 bytes
 * of the API secret). Mint on demand and never in advance: the token carries its end.
 *
 * @throws MintError when the input would make a token that Glassix refuses
 * @see https://docs.glassix.com/reference/chat-widget-identity-verification
 * @example
 * const identity = await mintIdentityToken({
 *   uniqueIdentifier: user.uniqueIdentifier,
 *   apiKey, apiSecret,
 *   identityClaims: { field1: user.firstName, email: user.email },
 * });
 */
export async function mintIdentityToken(input: MintInput): Promise<Identity> {
  const { apiSecret, identityClaims = {}, lifetime = MIN_LIFETIME, allowShortLifetime = false } = input;
  const now = input.now ?? Math.floor(Date.now() / 1000);

  if (!isUuid(input.uniqueIdentifier)) {
    throw new MintError(
      "unique-identifier-invalid",
      `The unique identifier is ${quote(input.uniqueIdentifier)}, which is not a UUID. Use the user's stable UUID, never an e-mail or a user name.`,
    );
  }
  if (!isUuid(input.apiKey)) {
    throw new MintError(
      "api-key-invalid",
      `The API key is ${quote(input.apiKey)}, which is not a UUID. Copy it from the department's API page.`,
    );
  }
  if (typeof apiSecret !== "string" || apiSecret.trim() === "") {
    throw new MintError(
      "api-secret-missing",
      "The API secret is missing. Copy it from the department's API page; it stands beside the API key.",
    );
  }
  if (apiSecret.toLowerCase() === input.apiKey.toLowerCase()) {
    throw new MintError(
      "api-secret-is-api-key",
      "The API secret is the API key. The key only names the department; the token is signed with the secret.",
    );
  }
  checkIdentityClaims(identityClaims);
  if (!Number.isSafeInteger(lifetime) || lifetime < (allowShortLifetime ? 1 : MIN_LIFETIME)) {
    throw new MintError(
      "lifetime-too-short",
      `The lifetime is ${lifetime} seconds. Glassix recommends at least ${MIN_LIFETIME} (5 hours), in whole seconds.`,
    );
  }

  const uniqueIdentifier = input.uniqueIdentifier.toLowerCase();
  const expiresAt = now + lifetime;
  const identityToken = await new SignJWT(identityClaims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(input.apiKey.toLowerCase())
    .setAudience(uniqueIdentifier)
    .setIssuedAt(now)
    .setExpirationTime(expiresAt)
    .sign(await importApiSecret(apiSecret));
  return { uniqueIdentifier, identityToken, expiresAt };
}

function checkIdentityClaims(identityClaims: IdentityClaims): void {
  for (const [name, value] of Object.entries(identityClaims)) {
    if (REGISTERED_CLAIMS.includes(name)) {
      throw new MintError(
        "identity-claim-reserved",
        `The identity claim "${name}" has a meaning of its own in every JWT. Give it another name.`,
      );
    }
    if (typeof value !== "string") {
      throw new MintError(
        "identity-claim-not-a-string",
        `The identity claim "${name}" is of type ${value === null ? "null" : typeof value}. Glassix keeps strings: write it as one, or leave it out.`,
      );
    }
  }
  const length = measureIdentityClaims(identityClaims);
  if (length > MAX_IDENTITY_CLAIMS_LENGTH) {
    throw new MintError(
      "identity-claims-too-long",
      `The identity claims have ${length} characters as JSON; ${MAX_IDENTITY_CLAIMS_LENGTH} are the limit. Shorten or leave out what an agent needs least.`,
    );
  }
}

function quote(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value);
}

function importApiSecret(apiSecret: string): Promise<CryptoKey> {
  if (last?.apiSecret !== apiSecret) {
    const bytes = new TextEncoder().encode(apiSecret);
    const key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    last = { apiSecret, key };
  }
  return last.key;
}
