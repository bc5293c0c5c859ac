import "server-only";
import { email as emailSchema, firstName as firstNameSchema, lastName as lastNameSchema } from "@/lib/portal/form";

/** What an identity provider says of somebody who has signed in there. */
export type ProviderProfile = {
  /** Who it is there. The one thing that never changes, and never becomes another person's. */
  subject: string;
  /** In lower case; null when the provider names none, or what it names is none. */
  email: string | null;
  /** Whether the provider itself says that nobody has confirmed it. Many say nothing of it. */
  isEmailUnverified: boolean;
  /** Whether the provider has confirmed it. */
  isEmailConfirmed: boolean;
  firstName: string;
  /** May be empty: not everybody has two names, and none is invented. */
  lastName: string;
};

/** Reads a provider's claims. Names that are missing are taken out of `name`, or else out of the e-mail. */
export function toProviderProfile(claims: Record<string, unknown>): ProviderProfile {
  const email = emailSchema.safeParse(claims.email).data?.toLowerCase() ?? null;
  const words = clean(claims.name).split(" ");
  // The last word is the family's in most names. The customer can set it right on the account page.
  const family = words.length > 1 ? words.at(-1) : "";
  const given = words.length > 1 ? words.slice(0, -1).join(" ") : words[0];
  return {
    subject: String(claims.sub),
    email,
    // Some write it as a text.
    isEmailUnverified: String(claims.email_verified) === "false",
    isEmailConfirmed: claims.email_verified === true,
    firstName: pickName(firstNameSchema, claims.given_name, given, email?.split("@")[0]) ?? "Customer",
    lastName: pickName(lastNameSchema, claims.family_name, family) ?? "",
  };
}

/** The first of these that the form for registering would take, cut to the length that it allows. */
function pickName(schema: typeof firstNameSchema, ...candidates: unknown[]): string | undefined {
  return candidates.map((candidate) => schema.safeParse(cut(clean(candidate))).data).find(Boolean);
}

const clean = (text: unknown): string => (typeof text === "string" ? text.replace(/[\p{Cc}\s]+/gu, " ").trim() : "");

/** At most 60 characters, as the form counts them, and none of them halved. */
function cut(text: string): string {
  const characters = [...text];
  while (characters.join("").length > 60) characters.pop();
  return characters.join("");
}
