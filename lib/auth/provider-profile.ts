import "server-only";
import { removeInvisible, toPlainLine } from "@/lib/plain-text";
import { email as emailSchema, firstName as firstNameSchema, lastName as lastNameSchema } from "@/lib/form";

/** What an identity provider says of somebody who has signed in there. */
export type ProviderProfile = {
  /** Who it is there. The one thing that never changes, and never becomes another person's. */
  subject: string;
  /** In its canonical form; null when the provider names none, or what it names is none. */
  email: string | null;
  /** Whether the provider itself says that nobody has confirmed it. Many say nothing of it. */
  isEmailUnverified: boolean;
  /** Whether the provider has confirmed it. */
  isEmailConfirmed: boolean;
  firstName: string;
  /** May be empty: not everybody has two names, and none is invented. */
  lastName: string;
};

/** Longer claims are left out unread: an ID token is as long as its provider makes it. */
const MAX_CLAIM = 1_000;
/** Of a subject, in OpenID Connect. */
const MAX_SUBJECT = 255;

/**
 * Reads a provider's claims. Names that are missing are taken from `name`, or else from the e-mail.
 *
 * @throws when the subject is missing or too long
 */
export function toProviderProfile(claims: Record<string, unknown>): ProviderProfile {
  const subject = typeof claims.sub === "number" ? String(claims.sub) : claims.sub;
  if (typeof subject !== "string" || subject === "" || subject.length > MAX_SUBJECT)
    throw new Error(`The identity provider's claim "sub" must be a text of 1 to ${MAX_SUBJECT} characters.`);
  const email = emailSchema.safeParse(claims.email).data ?? null;
  const words = clean(claims.name).split(" ");
  // The last word is the family's in most names. The customer can set it right on the account page.
  const family = words.length > 1 ? words.at(-1) : "";
  const given = words.length > 1 ? words.slice(0, -1).join(" ") : words[0];
  return {
    subject,
    email,
    // Some write it as a text.
    isEmailUnverified: claims.email_verified === false || claims.email_verified === "false",
    isEmailConfirmed: claims.email_verified === true,
    firstName: pickName(firstNameSchema, claims.given_name, given, email?.split("@")[0]) ?? "Customer",
    lastName: pickName(lastNameSchema, claims.family_name, family) ?? "",
  };
}

/** The first of these that the form for registering would take, cut to the length that it allows. */
function pickName(schema: typeof firstNameSchema, ...candidates: unknown[]): string | undefined {
  return candidates.map((candidate) => schema.safeParse(cut(clean(candidate))).data).find(Boolean);
}

const clean = (claim: unknown): string =>
  typeof claim === "string" && claim.length <= MAX_CLAIM ? toPlainLine(claim) : "";

/** At most 60 characters, as the form counts them. */
const cut = (text: string): string => removeInvisible([...text].slice(0, 60).join("")).trim();
