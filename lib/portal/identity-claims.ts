import { MAX_IDENTITY_CLAIMS_LENGTH, measureIdentityClaims, type IdentityClaims } from "@/lib/glassix/identity/claims";
import { toPlainLine } from "@/lib/plain-text";
import { toDay, toIsoDate } from "@/lib/format";

export type ChatCustomer = {
  firstName: string;
  lastName: string;
  plan: string;
  email: string;
  isEmailConfirmed: boolean;
  createdAt: Date;
  policies: { number: string }[];
  openInsuranceClaims: { number: number; title: string; state: string }[];
};

/** In characters of JSON, per field: three fields leave half of the 500 for custom claims. */
const MAX_FIELD_LENGTH = 80;

/** What the agent sees: change it for your portal, with `privacy.chat` in messages. It always fits into 500 characters. */
export function toIdentityClaims(customer: ChatCustomer): IdentityClaims {
  const claims: IdentityClaims = {
    field1: shorten(toText(customer.firstName)),
    field2: shorten(toText(customer.lastName)),
    field3: shorten(customer.plan),
  };
  if (customer.isEmailConfirmed) addWhole(claims, "email", customer.email);
  addWhole(claims, "customerSince", toIsoDate(toDay(customer.createdAt)));
  const policies = customer.policies.map(({ number }) => number);
  addList(claims, "policies", policies, ", ");
  const openClaims = customer.openInsuranceClaims.map((one) => `C-${one.number} ${toTitle(one.title)} (${one.state})`);
  addList(claims, "openClaims", openClaims, "; ");
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
  const fitting: string[] = [];
  for (const item of items) if (addWhole(claims, name, [...fitting, item].join(separator))) fitting.push(item);
}

function shorten(value: string): string {
  const characters = [...value];
  let text = value;
  while (JSON.stringify(text).length > MAX_FIELD_LENGTH) {
    characters.pop();
    text = `${characters.join("")}…`;
  }
  return text;
}
