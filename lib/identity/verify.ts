import "server-only";
import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from "jose";
import {
  isUuid,
  MAX_IDENTITY_CLAIMS_LENGTH,
  measureIdentityClaims,
  REGISTERED_CLAIMS,
  type IdentityClaims,
} from "./identity-claims";
import { importApiSecret } from "./secret";

export type VerifyInput = {
  /** The department's API key, as the page gave it to the widget. */
  apiKey: string;
  apiSecret: string;
  /** The widget's option of the same name. */
  uniqueIdentifier: string;
  /** The present, in seconds since 1970. Default: this machine's clock. */
  now?: number;
};

export type Verdict =
  { ok: true; claims: JWTPayload; identityClaims: IdentityClaims } | { ok: false; code: RuleCode; reason: string };

export type RuleCode = (typeof RULES)[number]["code"];

type Subject = VerifyInput & { token: string; header: ProtectedHeaderParameters; claims: JWTPayload; now: number };

/**
 * What a token must hold, in the order in which it is looked at. Each rule answers with what is wrong,
 * as a sentence that says what was found, what is wanted and how to mend it, or with null.
 */
const RULES = [
  {
    code: "algorithm",
    check: ({ header }: Subject) =>
      header.alg === "HS256"
        ? null
        : `The algorithm is ${show(header.alg)}. Sign with HS256; nothing else is accepted.`,
  },
  {
    code: "signature",
    async check({ token, apiKey, apiSecret }: Subject) {
      if (await isSignedWith(token, apiSecret)) return null;
      return (await isSignedWith(token, apiKey)) || (await isSignedWith(token, apiKey.toUpperCase()))
        ? "It is signed with the API key. Sign with the API secret, which stands beside the key on the department's API page."
        : "The signature does not match the department's API secret. Sign with the UTF-8 bytes of the secret as it stands on the API page.";
    },
  },
  {
    code: "issuer",
    check: ({ claims: { iss }, apiKey }: Subject) =>
      iss === apiKey.toLowerCase()
        ? null
        : `iss is ${show(iss)}. It must be the department's API key in lowercase, ${show(apiKey.toLowerCase())}.`,
  },
  {
    code: "audience",
    check({ claims: { aud }, uniqueIdentifier }: Subject) {
      if (!isUuid(aud))
        return `aud is ${show(aud)}. It must be the customer's unique identifier: one UUID, as a string.`;
      if (aud !== aud.toLowerCase()) return `aud is ${show(aud)}. Write it in lowercase.`;
      return aud === uniqueIdentifier
        ? null
        : `aud is ${show(aud)}, but the widget was given the unique identifier ${show(uniqueIdentifier)}. Both must be the same.`;
    },
  },
  {
    code: "expiry",
    check({ claims: { exp, iat }, now }: Subject) {
      if (typeof exp !== "number")
        return `exp is ${show(exp)}. It must be the end of the token in seconds since 1970, as a number.`;
      if (exp > 100_000_000_000) return `exp is ${exp}, which looks like milliseconds. Write seconds since 1970.`;
      if (exp <= now)
        return `It expired ${now - exp} seconds ago (exp ${exp}, now ${now}). Mint a new one; if this one is fresh, check the clocks.`;
      if (iat !== undefined && typeof iat !== "number")
        return `iat is ${show(iat)}. It must be a number of seconds since 1970, or left out.`;
      return null;
    },
  },
  {
    code: "identity-claims",
    check({ claims }: Subject) {
      const identityClaims = pickIdentityClaims(claims);
      const odd = Object.entries(identityClaims).find(([, value]) => typeof value !== "string");
      if (odd)
        return `The identity claim ${show(odd[0])} is of type ${odd[1] === null ? "null" : typeof odd[1]}. Glassix keeps strings.`;
      const length = measureIdentityClaims(identityClaims);
      return length <= MAX_IDENTITY_CLAIMS_LENGTH
        ? null
        : `The identity claims have ${length} characters as JSON; ${MAX_IDENTITY_CLAIMS_LENGTH} are the limit. Leave out what an agent needs least.`;
    },
  },
] as const satisfies { code: string; check(subject: Subject): string | null | Promise<string | null> }[];

/**
 * Judges a token as Glassix would, and says why it is refused. Never throws for a bad token: a bad
 * token is an answer.
 */
export async function verifyIdentityToken(
  token: string,
  input: VerifyInput,
): Promise<Verdict | { ok: false; code: "malformed"; reason: string }> {
  let subject: Subject;
  try {
    subject = {
      now: Math.floor(Date.now() / 1000),
      ...input,
      token,
      header: decodeProtectedHeader(token),
      claims: decodeJwt(token),
    };
  } catch {
    return {
      ok: false,
      code: "malformed",
      reason: "It is not a JWT: three parts of base64url with dots between them, the first two JSON objects.",
    };
  }
  for (const rule of RULES) {
    const reason = await rule.check(subject);
    if (reason) return { ok: false, code: rule.code, reason };
  }
  return { ok: true, claims: subject.claims, identityClaims: pickIdentityClaims(subject.claims) as IdentityClaims };
}

async function isSignedWith(token: string, secret: string): Promise<boolean> {
  return compactVerify(token, await importApiSecret(secret), { algorithms: ["HS256"] }).then(
    () => true,
    () => false,
  );
}

function pickIdentityClaims(claims: JWTPayload): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !REGISTERED_CLAIMS.includes(name)));
}

function show(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value).slice(0, 80);
}
