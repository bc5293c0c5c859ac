import "server-only";
import { SignJWT, type JWTPayload } from "jose";
import { env } from "@/lib/env";
import {
  MAX_IDENTITY_CLAIMS_LENGTH,
  measureIdentityClaims,
  MIN_LIFETIME,
  pickIdentityClaims,
} from "@/lib/glassix/identity/claims";
import { inspectIdentityToken, type Finding } from "@/app/sandbox/_lib/token/verify";
import { isDeskOpen } from "./desk-access";
import { RequestError } from "./message-rules";

/** The most bytes of a request: a token of the longest kind that is looked at, and room beside it. */
export const MAX_INSPECTOR_BODY = 40_000;

/** Longer than any token shall live, in seconds: ten years, to either side. */
const MAX_LIFETIME = 315_360_000;

export type InspectRequest = {
  token: string;
  /** The widget's option. Left out: not judged. */
  uniqueIdentifier?: string;
  /** Left out: this server's own. */
  apiKey?: string;
  /** Left out: this server's own. */
  apiSecret?: string;
};

export type InspectReport = {
  verdict: "accepted" | "accepted-with-warnings" | "refused";
  /** The verdict and its reason, for people. */
  summary: string;
  /** Null when the text is no token. */
  details: {
    header: Record<string, unknown>;
    claims: Record<string, unknown>;
    findings: Finding[];
    identityClaims: { length: number; limit: number };
  } | null;
  /** What the token was judged against. Of the secret, only whose it was. */
  against: { apiKey: string; apiSecret: "own" | "given"; uniqueIdentifier: string | null; now: number };
};

export type BuildRequest = {
  /** Becomes `aud`; left out of the token when it is empty. */
  uniqueIdentifier: string;
  /** Becomes `iss`; left out of the token when it is empty. Not given: this server's own. */
  apiKey?: string;
  /** Signs. Not given: the sandbox's own, for whoever may use it. */
  apiSecret?: string;
  /** Seconds; a negative number makes a token that has expired. */
  lifetime: number;
  /** Everything else. A registered name here wins, which is how a bad token is made. */
  claims: Record<string, unknown>;
};

/**
 * Reads what is to be inspected out of a request's body.
 *
 * @throws RequestError that says what is wrong with it
 */
export function readInspectRequest(body: unknown): InspectRequest {
  const fields = asRecord(body, "body");
  return {
    token: readText(fields, "token") ?? "",
    uniqueIdentifier: readText(fields, "uniqueIdentifier"),
    apiKey: readText(fields, "apiKey") || undefined,
    apiSecret: readText(fields, "apiSecret") || undefined,
  };
}

/**
 * Reads what is to be built out of a request's body.
 *
 * @throws RequestError that says what is wrong with it
 */
export function readBuildRequest(body: unknown): BuildRequest {
  const fields = asRecord(body, "body");
  const { lifetime = MIN_LIFETIME, claims = {} } = fields;
  if (!Number.isSafeInteger(lifetime) || Math.abs(lifetime as number) > MAX_LIFETIME) {
    throw new RequestError(
      400,
      "lifetime-invalid",
      `lifetime is ${typeof lifetime === "object" ? "an object" : JSON.stringify(lifetime).slice(0, 60)}. Write whole seconds, at most ten years of them; a negative number makes a token that has expired.`,
    );
  }
  return {
    uniqueIdentifier: readText(fields, "uniqueIdentifier") ?? "",
    apiKey: readText(fields, "apiKey"),
    apiSecret: readText(fields, "apiSecret") || undefined,
    lifetime: lifetime as number,
    claims: asRecord(claims, "claims"),
  };
}

/**
 * Judges a token as the sandbox would, and by every rule. A secret that the developer gives is used for this
 * and kept nowhere.
 *
 * @param department this server's own key and secret
 * @param now the present, in seconds since 1970. Default: this machine's clock
 */
export async function inspectToken(
  request: InspectRequest,
  department: { apiKey: string; apiSecret: string },
  now = Math.floor(Date.now() / 1000),
): Promise<InspectReport> {
  const { token, uniqueIdentifier } = request;
  const apiKey = (request.apiKey ?? department.apiKey).toLowerCase();
  const against: InspectReport["against"] = {
    apiKey,
    apiSecret: request.apiSecret === undefined ? "own" : "given",
    uniqueIdentifier: uniqueIdentifier ?? null,
    now,
  };
  const inspection = await inspectIdentityToken(token, {
    apiKey,
    apiSecrets: [request.apiSecret ?? department.apiSecret],
    uniqueIdentifier,
    now,
  });
  if (!inspection.isToken) {
    return { verdict: "refused", summary: `Refused: this is no token. ${inspection.reason}`, details: null, against };
  }
  const { header, claims, findings } = inspection;
  return {
    ...summarize(findings),
    details: {
      header: { ...header },
      claims,
      findings,
      identityClaims: { length: measureIdentityClaims(pickIdentityClaims(claims)), limit: MAX_IDENTITY_CLAIMS_LENGTH },
    },
    against,
  };
}

/** Glassix would stop at the first failure, so that one is the reason; the others are only counted. */
function summarize(findings: Finding[]): Pick<InspectReport, "verdict" | "summary"> {
  const [failure, ...more] = findings.filter(({ verdict }) => verdict === "fail");
  if (failure) {
    const others = more.length === 0 ? "" : ` ${more.length} more ${more.length === 1 ? "rule fails" : "rules fail"}.`;
    return {
      verdict: "refused",
      summary: `Refused because of “${failure.title}”: ${lowerFirst(failure.found)}${others}`,
    };
  }
  const warnings = findings.filter(({ verdict }) => verdict === "warn");
  return warnings.length === 0
    ? { verdict: "accepted", summary: "Accepted." }
    : {
        verdict: "accepted-with-warnings",
        summary: `Accepted, with ${warnings.length === 1 ? "a warning" : `${warnings.length} warnings`}: ${warnings.map(({ title }) => `“${title}”`).join(", ")}.`,
      };
}

/**
 * Builds a token, also one that Glassix would refuse: that is what a developer tries out. Only what cannot
 * be signed at all is refused.
 *
 * @throws RequestError for claims that cannot be written
 * @param now the present, in seconds since 1970. Default: this machine's clock
 */
export async function buildToken(
  request: BuildRequest & { apiKey: string; apiSecret: string },
  now = Math.floor(Date.now() / 1000),
): Promise<string> {
  const { uniqueIdentifier, apiKey, apiSecret, lifetime, claims } = request;
  const registered = { iss: apiKey || undefined, aud: uniqueIdentifier || undefined, iat: now, exp: now + lifetime };
  try {
    return await new SignJWT({ ...registered, ...claims } as JWTPayload)
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .sign(new TextEncoder().encode(apiSecret));
  } catch (error) {
    // What can be read as JSON can still be too deep, or beyond all numbers (1e999).
    if (error instanceof RangeError)
      throw new RequestError(400, "claims-invalid", "The claims are nested too deeply to be written into a token.");
    if (error instanceof TypeError)
      throw new RequestError(
        400,
        "claims-invalid",
        "The claims cannot be written: exp, nbf or iat is beyond all numbers.",
      );
    throw error;
  }
}

/**
 * The sandbox's own secret, to sign a token with. For the desk alone, which may read every conversation anyway:
 * with the secret one can be any customer.
 *
 * @throws RequestError when the desk is closed
 */
export async function readOwnSecret(): Promise<string> {
  if (await isDeskOpen()) return env().glassix.apiSecret;
  throw new RequestError(
    401,
    "api-secret-missing",
    "Type an API secret, or open the desk first (/sandbox/desk): then the sandbox's own signs.",
  );
}

function readText(fields: Record<string, unknown>, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === "string") return value;
  throw new RequestError(400, `${toKebabCase(name)}-invalid`, `${name} must be a string, or left out.`);
}

function asRecord(value: unknown, name: "body" | "claims"): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new RequestError(400, `${name}-invalid`, `The ${name} must be a JSON object.`);
}

const toKebabCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const lowerFirst = (text: string) => text.replace(/^(It|The)\b/, (word) => word.toLowerCase());
