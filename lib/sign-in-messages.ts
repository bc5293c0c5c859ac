import "server-only";
import type { PasskeyProblem } from "@/lib/auth/passkey-ceremonies";
import type { SignInResult } from "@/lib/auth/sign-in";
import { toMinutes } from "@/lib/format";
import { createTranslations } from "@/lib/i18n/messages";
import { getBrowserLanguage, getTranslations } from "@/lib/i18n/request";

/** The message for a failed sign-in: the same whether the email address has an account or not. */
export async function explainSignIn(result: Exclude<SignInResult, "signed-in">): Promise<string> {
  // Not the account's, which would be read before each sign-in.
  const t = createTranslations(await getBrowserLanguage(), "signIn");
  if (typeof result === "string") return t(result);
  if ("busy" in result) return t("busy", { count: result.busy > 5 ? result.busy : 0 });
  return t("locked", { minutes: toMinutes(result.locked) });
}

// What NextAuth and our own redirects write into ?error=.
const CODES = {
  credentialssignin: "refused",
  passkeyrequired: "passkey-required",
  secondstepexpired: "second-step-expired",
  accessdenied: "disabled",
  oauthsignin: "provider-unavailable",
  oauthcallback: "provider-failed",
  callback: "provider-failed",
  emailmissing: "email-missing",
  emailunverified: "email-unverified",
  emailtaken: "email-taken",
  linkexpired: "link-expired",
} as const;

export async function explainSignInCode(code: string): Promise<string> {
  const [, kind, seconds] = /^(locked|busy)-(\d{1,6})$/i.exec(code) ?? [];
  if (kind?.toLowerCase() === "busy") return explainSignIn({ busy: Number(seconds) });
  if (kind) return explainSignIn({ locked: Number(seconds) });
  const t = await getTranslations("signIn");
  const name = code.toLowerCase();
  return t(Object.hasOwn(CODES, name) ? CODES[name as keyof typeof CODES] : "unavailable");
}

export async function explainPasskey(problem: PasskeyProblem): Promise<string> {
  const t = await getTranslations("passkeyProblem");
  return typeof problem === "string" ? t(problem) : t("locked", { minutes: toMinutes(problem.locked) });
}
