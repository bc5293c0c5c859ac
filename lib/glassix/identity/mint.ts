import "server-only";
import { SignJWT } from "jose";
import { isUuid, MAX_IDENTITY_CLAIMS_LENGTH, measureIdentityClaims, MIN_LIFETIME, REGISTERED_CLAIMS } from "./claims";
import type { IdentityClaims } from "./claims";

export type MintInput = {
  /** The customer's stable UUID: a new one loses the chat history. */
  uniqueIdentifier: string;
  apiKey: string;
  apiSecret: string;
  /** What the agent sees: verified facts, as strings, at most 500 characters as JSON. */
  identityClaims?: IdentityClaims;
  /** Seconds. Default and minimum: 18000 (5 hours). */
  lifetime?: number;
  allowShortLifetime?: boolean;
  /** Seconds since 1970. Default: the current time. */
  now?: number;
};

export type Identity = {
  uniqueIdentifier: string;
  identityToken: string;
  /** Seconds since 1970; equal to the token's `exp`. */
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

export class MintError extends Error {
  override name = "MintError";
  readonly code: MintErrorCode;
  constructor(code: MintErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Mints an identity: a JWT signed with HS256 and the UTF-8 bytes of the API secret. Throws MintError.
 * @see https://docs.glassix.com/reference/chat-widget-identity-verification
 */
export async function mintIdentityToken(input: MintInput): Promise<Identity> {
  const { apiSecret, identityClaims = {}, lifetime = MIN_LIFETIME, allowShortLifetime = false } = input;
  const now = input.now ?? Math.floor(Date.now() / 1000);

  refuseIf(
    !isUuid(input.uniqueIdentifier),
    "unique-identifier-invalid",
    `The unique identifier is ${quote(input.uniqueIdentifier)}, not a UUID. Use the user's stable UUID.`,
  );
  refuseIf(
    !isUuid(input.apiKey),
    "api-key-invalid",
    `The API key ${input.apiKey ? "is not a UUID" : "is missing"}. Copy it from the department's API page.`,
  );
  refuseIf(
    !apiSecret?.trim(),
    "api-secret-missing",
    "The API secret is missing. Copy it from the department's API page, next to the API key.",
  );
  refuseIf(
    apiSecret.toLowerCase() === input.apiKey.toLowerCase(),
    "api-secret-is-api-key",
    "The API secret is the API key. Copy the secret, which is next to the key on the department's API page.",
  );
  checkIdentityClaims(identityClaims);
  refuseIf(
    !Number.isSafeInteger(lifetime) || lifetime < (allowShortLifetime ? 1 : MIN_LIFETIME),
    "lifetime-too-short",
    `The lifetime is ${lifetime} seconds. Glassix recommends at least ${MIN_LIFETIME} (5 hours), in whole seconds.`,
  );

  const uniqueIdentifier = input.uniqueIdentifier.toLowerCase();
  const expiresAt = now + lifetime;
  const identityToken = await new SignJWT(identityClaims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(input.apiKey.toLowerCase())
    .setAudience(uniqueIdentifier)
    .setIssuedAt(now)
    .setExpirationTime(expiresAt)
    .sign(await importKey(apiSecret));
  return { uniqueIdentifier, identityToken, expiresAt };
}

let cachedKey: { apiSecret: string; key: Promise<CryptoKey> } | undefined;

function importKey(apiSecret: string): Promise<CryptoKey> {
  if (cachedKey?.apiSecret !== apiSecret) {
    const bytes = new TextEncoder().encode(apiSecret);
    const key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    cachedKey = { apiSecret, key };
  }
  return cachedKey.key;
}

function checkIdentityClaims(identityClaims: IdentityClaims): void {
  for (const [name, value] of Object.entries(identityClaims)) {
    refuseIf(
      REGISTERED_CLAIMS.includes(name),
      "identity-claim-reserved",
      `The identity claim "${name}" is a registered JWT claim. Use another name.`,
    );
    refuseIf(
      typeof value !== "string",
      "identity-claim-not-a-string",
      `The identity claim "${name}" is of type ${typeof value}. Glassix stores strings: convert it, or leave it out.`,
    );
  }
  const length = measureIdentityClaims(identityClaims);
  refuseIf(
    length > MAX_IDENTITY_CLAIMS_LENGTH,
    "identity-claims-too-long",
    `The identity claims have ${length} characters as JSON; the limit is ${MAX_IDENTITY_CLAIMS_LENGTH}. Shorten or leave out what the agent needs least.`,
  );
}

function refuseIf(isWrong: boolean, code: MintErrorCode, message: string): void {
  if (isWrong) throw new MintError(code, message);
}

const quote = (value: unknown) => (typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value));
