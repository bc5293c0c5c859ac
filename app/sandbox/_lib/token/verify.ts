import "server-only";
import type { JWTPayload, ProtectedHeaderParameters } from "jose";
import { decodeIdentityToken } from "./decode";
import { pickIdentityClaims, type IdentityClaims } from "@/lib/glassix/identity/claims";
import { RULES, type Expectation, type Outcome, type RuleCode, type Subject } from "./rules";

/** What a token is judged against. Left out: this machine's clock, no leeway, and the fields count. */
export type VerifyInput = Pick<Expectation, "apiKey" | "apiSecrets" | "uniqueIdentifier"> & Partial<Expectation>;

export type Verdict =
  | { ok: true; claims: JWTPayload; identityClaims: IdentityClaims }
  | { ok: false; code: "malformed" | RuleCode; reason: string };

/** What one rule makes of a token: what was found, what is wanted, and how to mend it. */
export type Finding = Outcome & { code: RuleCode; title: string; wanted: string };

export type Inspection =
  | { isToken: true; header: ProtectedHeaderParameters; claims: JWTPayload; findings: Finding[] }
  | { isToken: false; reason: string };

/**
 * Judges a token as Glassix would: the first failure of {@link RULES} is its verdict. Never throws for a
 * bad token: a bad token is an answer.
 *
 * @param without rules that are not looked at
 */
export async function verifyIdentityToken(
  token: string,
  input: VerifyInput,
  without: readonly RuleCode[] = [],
): Promise<Verdict> {
  const subject = decode(token, input);
  if (typeof subject === "string") return { ok: false, code: "malformed", reason: subject };
  for (const rule of RULES) {
    if (without.includes(rule.code)) continue;
    const outcome = await rule.check(subject);
    if (outcome.verdict === "fail") return { ok: false, code: rule.code, reason: `${outcome.found} ${outcome.mend}` };
  }
  return { ok: true, claims: subject.claims, identityClaims: pickIdentityClaims(subject.claims) as IdentityClaims };
}

/** Judges a token by every rule, also after a failure. Never throws for a bad token. */
export async function inspectIdentityToken(token: string, input: VerifyInput): Promise<Inspection> {
  const subject = decode(token, input);
  if (typeof subject === "string") return { isToken: false, reason: subject };
  const findings: Finding[] = [];
  for (const rule of RULES) {
    findings.push({ code: rule.code, title: rule.title, wanted: rule.wanted(subject), ...(await rule.check(subject)) });
  }
  return { isToken: true, header: subject.header, claims: subject.claims, findings };
}

/** The token and what it is judged against, or what keeps it from being a token. */
function decode(token: string, input: VerifyInput): Subject | string {
  const decoded = decodeIdentityToken(token);
  return typeof decoded === "string"
    ? decoded
    : { now: Math.floor(Date.now() / 1000), leeway: 0, doFieldsCount: true, ...input, token, ...decoded };
}
