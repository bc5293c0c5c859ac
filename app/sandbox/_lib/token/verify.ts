import "server-only";
import type { JWTPayload, ProtectedHeaderParameters } from "jose";
import type { IdentityClaims } from "@/lib/glassix/identity/claims";
import { pickIdentityClaims } from "../ticket";
import { decodeIdentityToken } from "./decode";
import { createShow, RULES, type Expectation, type Outcome, type Rule, type RuleCode, type Subject } from "./rules";

export type VerifyInput = Pick<Expectation, "apiKey" | "apiSecrets" | "uniqueIdentifier"> & Partial<Expectation>;

export type Verdict =
  | { ok: true; claims: JWTPayload; identityClaims: IdentityClaims }
  | { ok: false; code: "malformed" | RuleCode; reason: string };

export type Finding = Outcome & { code: RuleCode; title: string; wanted: string };

export type Inspection =
  | { isToken: true; header: ProtectedHeaderParameters; claims: JWTPayload; findings: Finding[] }
  | { isToken: false; reason: string };

export async function verifyIdentityToken(
  token: string,
  input: VerifyInput,
  without: readonly RuleCode[] = [],
): Promise<Verdict> {
  const subject = decode(token, input);
  if (typeof subject === "string") return { ok: false, code: "malformed", reason: subject };
  const show = createShow(subject);
  for (const rule of RULES) {
    if (without.includes(rule.code)) continue;
    const outcome: Outcome = await rule.check(subject, show);
    if (outcome.verdict === "fail") return { ok: false, code: rule.code, reason: `${outcome.found} ${outcome.fix}` };
  }
  return { ok: true, claims: subject.claims, identityClaims: pickIdentityClaims(subject.claims) as IdentityClaims };
}

export async function inspectIdentityToken(token: string, input: VerifyInput): Promise<Inspection> {
  const subject = decode(token, input);
  if (typeof subject === "string") return { isToken: false, reason: subject };
  const show = createShow(subject);
  const findings: Finding[] = [];
  for (const { code, title, wanted, check } of RULES as readonly (Rule & { code: RuleCode })[])
    findings.push({ code, title, wanted: wanted(subject, show), ...(await check(subject, show)) });
  return { isToken: true, header: subject.header, claims: subject.claims, findings };
}

function decode(token: string, input: VerifyInput): Subject | string {
  const decoded = decodeIdentityToken(token);
  return typeof decoded === "string"
    ? decoded
    : { now: Math.floor(Date.now() / 1000), leeway: 0, doFieldsCount: true, ...input, token, ...decoded };
}
