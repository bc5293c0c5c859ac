import { MAX_IDENTITY_CLAIMS_LENGTH, measureIdentityClaims, type IdentityClaims } from "@/lib/glassix/identity/claims";
import { toPlainLine } from "@/lib/plain-text";

export type ChatCustomer = {
  firstName: string;
  lastName: string;
  plan: string;
  email: string;
  isEmailConfirmed: boolean;
  createdAt: Date;
  policies: { number: string }[];
  /** The newest first. */
  openInsuranceClaims: { number: number; title: string; state: string }[];
};

/** Characters of JSON for one field: three leave half of the 500 to the custom claims. */
const MAX_FIELD_LENGTH = 80;

/**
 * What the agent sees of a customer: change this mapping for your portal. The result always fits the 500 characters that
 * a token may carry.
 */
export function toIdentityClaims(customer: ChatCustomer): IdentityClaims {
  const claims: IdentityClaims = {
    field1: shorten(toText(customer.firstName)),
    field2: shorten(toText(customer.lastName)),
    field3: shorten(customer.plan),
  };
  if (customer.isEmailConfirmed) addWhole(claims, "email", customer.email);
  addWhole(claims, "customerSince", customer.createdAt.toISOString().slice(0, 10));
  addList(
    claims,
    "policies",
    customer.policies.map(({ number }) => number),
    ", ",
  );
  addList(
    claims,
    "openClaims",
    customer.openInsuranceClaims.map(({ number, title, state }) => `C-${number} ${toTitle(title)} (${state})`),
    "; ",
  );
  return claims;
}

/** Names may come from an identity provider, which does not check them as our forms do. */
const toText = (text: string) => toPlainLine(text.slice(0, 500));

/** Replaces the characters that separate insurance claims, so that a title cannot imitate another claim. */
const toTitle = (title: string) =>
  toText(title)
    .replace(/[;\u037E\u061B\u204F\u2E35\uFE14\uFE54\uFF1B]/g, ",")
    .replace(/\p{Ps}/gu, "[")
    .replace(/\p{Pe}/gu, "]");

function addWhole(claims: IdentityClaims, name: string, value: string): boolean {
  const fits = measureIdentityClaims({ ...claims, [name]: value }) <= MAX_IDENTITY_CLAIMS_LENGTH;
  if (fits) claims[name] = value;
  return fits;
}

function addList(claims: IdentityClaims, name: string, items: string[], separator: string): void {
  for (let count = 1; count <= items.length; count++) {
    if (!addWhole(claims, name, items.slice(0, count).join(separator))) return;
  }
}

function shorten(value: string): string {
  const characters = [...value];
  const measure = (text: string) => JSON.stringify(text).length;
  if (measure(value) <= MAX_FIELD_LENGTH) return value;
  while (measure(`${characters.join("")}…`) > MAX_FIELD_LENGTH) characters.pop();
  return `${characters.join("")}…`;
}
