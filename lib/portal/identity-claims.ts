import { MAX_IDENTITY_CLAIMS_LENGTH, measureIdentityClaims, type IdentityClaims } from "@/lib/glassix/identity/claims";
import { toPlainLine } from "@/lib/plain-text";

export type ChatCustomer = {
  firstName: string;
  lastName: string;
  plan: string;
  email: string;
  /** A signed claim is a statement of fact: an unconfirmed address is left out. */
  isEmailConfirmed: boolean;
  createdAt: Date;
  policies: { number: string }[];
  /** Those that are not settled, the newest first. */
  openInsuranceClaims: { number: number; title: string; state: string }[];
};

/** The most that one ticket field may use of the room, as JSON. Three of them leave half of it to the rest. */
const MAX_FIELD_LENGTH = 80;

/**
 * What Glassix's agent sees of a customer. This is the mapping to change for another portal: fields
 * first, then what an agent asks first. Whatever the customer is called or has filed, it fits into the
 * 500 characters that a token may carry.
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

/** Names and titles may have come from elsewhere than the portal's forms, which refuse what deceives a reader. */
const toText = (text: string) => toPlainLine(text.slice(0, 500));

/** Without the characters that end an insurance claim and enclose its state, so that a title cannot imitate another claim. */
const toTitle = (title: string) =>
  toText(title)
    .replace(/[;\u037E\u061B\u204F\u2E35\uFE14\uFE54\uFF1B]/g, ",")
    .replace(/\p{Ps}/gu, "[")
    .replace(/\p{Pe}/gu, "]");

/** Adds a value that would mislead when cut, such as an e-mail: whole or not at all. */
function addWhole(claims: IdentityClaims, name: string, value: string): boolean {
  const fits = measureIdentityClaims({ ...claims, [name]: value }) <= MAX_IDENTITY_CLAIMS_LENGTH;
  if (fits) claims[name] = value;
  return fits;
}

/** Adds as many of the items as fit, in their order. */
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
