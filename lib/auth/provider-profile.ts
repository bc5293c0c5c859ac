import "server-only";
import { removeInvisible, toPlainLine } from "@/lib/plain-text";
import { email as emailSchema, firstName as firstNameSchema, lastName as lastNameSchema } from "@/lib/form";

export type ProviderProfile = {
  subject: string;
  email: string | null;
  isEmailUnverified: boolean;
  isEmailConfirmed: boolean;
  firstName: string;
  lastName: string;
};

const MAX_CLAIM = 1_000;
const MAX_SUBJECT = 255;

export function toProviderProfile(claims: Record<string, unknown>): ProviderProfile {
  const subject = typeof claims.sub === "number" ? String(claims.sub) : claims.sub;
  if (typeof subject !== "string" || subject === "" || subject.length > MAX_SUBJECT)
    throw new Error(`The identity provider's claim "sub" must be a string of 1 to ${MAX_SUBJECT} characters.`);
  const email = emailSchema.safeParse(claims.email).data ?? null;
  const words = clean(claims.name).split(" ");
  const family = words.length > 1 ? words.at(-1) : "";
  const given = words.length > 1 ? words.slice(0, -1).join(" ") : words[0];
  return {
    subject,
    email,
    isEmailUnverified: claims.email_verified === false || claims.email_verified === "false",
    isEmailConfirmed: claims.email_verified === true,
    firstName: pickName(firstNameSchema, claims.given_name, given, email?.split("@")[0]) ?? "Customer",
    lastName: pickName(lastNameSchema, claims.family_name, family) ?? "",
  };
}

function pickName(schema: typeof firstNameSchema, ...candidates: unknown[]): string | undefined {
  return candidates.map((candidate) => schema.safeParse(cut(clean(candidate))).data).find(Boolean);
}

const clean = (claim: unknown): string =>
  typeof claim === "string" && claim.length <= MAX_CLAIM ? toPlainLine(claim) : "";

const cut = (text: string): string => removeInvisible([...text].slice(0, 60).join("")).trim();
