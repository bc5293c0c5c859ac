import "server-only";
import { createHmac } from "node:crypto";
import { isUuid, type IdentityClaims } from "@/lib/glassix/identity/claims";
import { DEFAULT_SETTINGS, type Settings } from "./settings-list";
import { DOCUMENTED_FIELDS, pickFields, TICKET_FIELDS } from "./ticket";
import type { RuleCode } from "./token/rules";
import { verifyIdentityToken } from "./token/verify";

export type Customer =
  | {
      kind: "identified";
      uniqueIdentifier: string;
      identityClaims: IdentityClaims;
      fields: Record<string, string>;
    }
  /** `visitorId` is null until the browser has sent its first message. */
  | { kind: "anonymous"; visitorId: string | null };

export type Refusal = { kind: "refused"; code: string; reason: string };

export type Credentials = {
  apiKey: string;
  uniqueIdentifier: string;
  identityToken: string | null;
  visitorId: string | null;
};

export type Department = { apiKey: string; apiSecret: string; isIdentityRequired: boolean };

type Moment = {
  isConnecting: boolean;
  now: number;
};

/** A refused token never falls back to the cookie unless a setting says so: what Glassix does is not documented. */
export async function identifyCustomer(
  credentials: Credentials,
  department: Department,
  settings: Settings = DEFAULT_SETTINGS,
  moment: Moment = { isConnecting: true, now: Math.floor(Date.now() / 1000) },
): Promise<Customer | Refusal> {
  const { apiKey, identityToken, visitorId } = credentials;
  const isRequired = isIdentityRequired(department, settings);
  const anonymous = { kind: "anonymous", visitorId: isUuid(visitorId) ? visitorId : null } as const;
  if (apiKey.toLowerCase() !== department.apiKey) {
    return refuse(
      "api-key",
      `The widget's apiKey is ${show(apiKey)}, but this department's is "${department.apiKey}".`,
    );
  }
  if (identityToken === null) {
    // A unique identifier without a token proves nothing: anybody can put one into a page.
    return isRequired
      ? refuse(
          "identity-required",
          "No identity token was given, and identity verification is required in this workspace.",
        )
      : anonymous;
  }
  const customer = await judgeToken(identityToken, credentials.uniqueIdentifier, department, settings, moment);
  return customer.kind === "refused" && settings.refusedToken === "is anonymous" && !isRequired ? anonymous : customer;
}

export function isIdentityRequired(
  department: Pick<Department, "isIdentityRequired">,
  { identityRequired }: Settings,
): boolean {
  return identityRequired === "as configured" ? department.isIdentityRequired : identityRequired === "on";
}

async function judgeToken(
  token: string,
  uniqueIdentifier: string,
  { apiKey, apiSecret }: Department,
  settings: Settings,
  { isConnecting, now }: Moment,
): Promise<Customer | Refusal> {
  if (uniqueIdentifier === "") {
    return refuse(
      "unique-identifier-missing",
      "The widget was given an identityToken but no uniqueIdentifier. Pass both, as the endpoint returned them.",
    );
  }
  const ignored: RuleCode[] = [];
  const isExpiryIgnored = !isConnecting && settings.expiryInChat === "is not noticed";
  if (isExpiryIgnored) ignored.push("expiry");
  const input = {
    apiKey,
    apiSecrets: validSecrets(apiSecret, settings),
    uniqueIdentifier,
    now: now + settings.clockOffset,
    leeway: settings.leeway,
    doFieldsCount: settings.countedClaims === "all",
  };
  let verdict = await verifyIdentityToken(token, input, ignored);
  const isTooLong = !verdict.ok && verdict.code === "identity-claims-length" && settings.longClaims === "are left out";
  if (isTooLong) verdict = await verifyIdentityToken(token, input, [...ignored, "identity-claims-length"]);
  if (!verdict.ok) return refuse(verdict.code, verdict.reason);

  const { iat } = verdict.claims;
  if (settings.tokenLifetime > 0 && !isExpiryIgnored && (iat ?? 0) + settings.tokenLifetime <= input.now)
    return refuse(
      "expiry",
      `This sandbox expires tokens ${settings.tokenLifetime} seconds after iat. See /sandbox/settings.`,
    );
  if (settings.tokens === "all refused")
    return refuse(
      "switched-off",
      "The token is valid, but this sandbox is set to refuse all tokens. See /sandbox/settings.",
    );

  const fieldCount = settings.laterFields === "fill the ticket" ? TICKET_FIELDS : DOCUMENTED_FIELDS;
  const identityClaims = makeStorable(verdict.identityClaims);
  const fields = pickFields(identityClaims, fieldCount);
  return { kind: "identified", uniqueIdentifier, fields, identityClaims: isTooLong ? fields : identityClaims };
}

function validSecrets(apiSecret: string, { rotation }: Settings): string[] {
  const next = createHmac("sha256", apiSecret).update("the sandbox's next API secret").digest("base64url");
  return rotation === "one secret" ? [apiSecret] : rotation === "old secret revoked" ? [next] : [apiSecret, next];
}

/** Removes what Postgres rejects: NUL and lone surrogates. */
function makeStorable(identityClaims: IdentityClaims): IdentityClaims {
  const clean = (text: string) => text.toWellFormed().replaceAll("\0", "");
  return Object.fromEntries(Object.entries(identityClaims).map((claim) => claim.map(clean)));
}

const refuse = (code: string, reason: string): Refusal => ({ kind: "refused", code, reason });
const show = (value: string) => (value === "" ? "missing" : JSON.stringify(value.slice(0, 80)));
