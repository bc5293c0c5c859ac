import "server-only";
import { SignJWT, type JWTPayload } from "jose";
import { z } from "zod";
import { env } from "@/lib/env";
import { MAX_IDENTITY_CLAIMS_LENGTH, measureIdentityClaims, MIN_LIFETIME } from "@/lib/glassix/identity/claims";
import { isDeskOpen } from "./desk-access";
import { RequestError } from "./request-error";
import { pickIdentityClaims } from "./ticket";
import { inspectIdentityToken, type Finding } from "./token/verify";

export const MAX_INSPECTOR_BODY = 40_000;

const MAX_LIFETIME = 315_360_000;
const LIFETIME_RULE = "must be whole seconds, at most ten years; a negative number creates an expired token";

export const inspectSchema = z.object({
  token: z.string().default(""),
  uniqueIdentifier: z.string().optional(),
  apiKey: z.string().optional(),
  apiSecret: z.string().optional(),
});
export type InspectRequest = z.infer<typeof inspectSchema>;

export const buildSchema = z.object({
  uniqueIdentifier: z.string().default(""),
  apiKey: z.string().optional(),
  apiSecret: z.string().optional(),
  lifetime: z
    .int(LIFETIME_RULE)
    .min(-MAX_LIFETIME, LIFETIME_RULE)
    .max(MAX_LIFETIME, LIFETIME_RULE)
    .default(MIN_LIFETIME),
  /** Everything else. It overrides registered names, so that invalid tokens can be built. */
  claims: z.record(z.string(), z.unknown()).default({}),
});
export type BuildRequest = z.infer<typeof buildSchema>;

export type InspectReport = {
  verdict: "accepted" | "accepted-with-warnings" | "refused";
  summary: string;
  details: {
    header: Record<string, unknown>;
    claims: Record<string, unknown>;
    findings: Finding[];
    identityClaims: { length: number; limit: number };
  } | null;
  against: { apiKey: string; apiSecret: "own" | "given"; uniqueIdentifier: string | null; now: number };
};

export async function inspectToken(
  request: InspectRequest,
  department: { apiKey: string; apiSecret: string },
  now = Math.floor(Date.now() / 1000),
): Promise<InspectReport> {
  const { token, uniqueIdentifier } = request;
  const apiKey = (request.apiKey || department.apiKey).toLowerCase();
  const against: InspectReport["against"] = {
    apiKey,
    apiSecret: request.apiSecret ? "given" : "own",
    uniqueIdentifier: uniqueIdentifier ?? null,
    now,
  };
  const inspection = await inspectIdentityToken(token, {
    apiKey,
    apiSecrets: [request.apiSecret || department.apiSecret],
    uniqueIdentifier,
    now,
  });
  if (!inspection.isToken) {
    return {
      verdict: "refused",
      summary: `Refused: this is not a token. ${inspection.reason}`,
      details: null,
      against,
    };
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
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    const why = error instanceof RangeError ? "they are nested too deeply" : "exp, nbf or iat is not a finite number";
    throw new RequestError(400, "claims-invalid", `The claims cannot be written into a token: ${why}.`);
  }
}

export async function readOwnSecret(): Promise<string> {
  if (await isDeskOpen()) return env().glassix.apiSecret;
  throw new RequestError(
    401,
    "api-secret-missing",
    "Enter an API secret, or sign in to the desk first (/sandbox/desk) to use the sandbox's own.",
  );
}

const lowerFirst = (text: string) => text.replace(/^(It|The)\b/, (word) => word.toLowerCase());
