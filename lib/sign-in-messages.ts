import type { PasskeyProblem } from "@/lib/auth/passkey-ceremonies";
import type { SignInResult } from "@/lib/auth/sign-in";
import { formatMinutes } from "@/lib/format";

/** The message for a failed sign-in: the same whether the email address has an account or not. */
export function explainSignIn(result: Exclude<SignInResult, "signed-in">): string {
  if (result === "refused") return "This email and password do not match. Check both and try again.";
  if (result === "unavailable") return "We can't sign you in right now. Please try again in a minute.";
  if (result === "no-cookies")
    return "Your browser is blocking cookies, so you can't stay signed in. Allow cookies for this site, then try again.";
  if (result === "passkey-required") return "This account also needs a passkey. Sign in with your passkey.";
  if ("busy" in result)
    return `Many people are signing in right now. Please try again in ${result.busy > 5 ? `${result.busy} seconds` : "a few seconds"}.`;
  return `Too many wrong passwords. Wait ${formatMinutes(result.locked)}, then try again, or call us.`;
}

const CODE_MESSAGES = new Map([
  ["credentialssignin", explainSignIn("refused")],
  ["passkeyrequired", explainSignIn("passkey-required")],
  ["secondstepexpired", "That took longer than ten minutes. Sign in with your password again."],
  ["accessdenied", "This account can't sign in. Please call us."],
  ["oauthsignin", "We couldn't reach single sign-on. Try again in a minute, or sign in with your password."],
  ["oauthcallback", "Single sign-on failed or was cancelled. Try again, or sign in with your password."],
  ["callback", "Single sign-on failed or was cancelled. Try again, or sign in with your password."],
  ["emailmissing", "Single sign-on did not give us your email address. Add it to your account there, or call us."],
  [
    "emailunverified",
    "Your email address is not confirmed at your identity provider. Confirm it there, then try again.",
  ],
  ["emailtaken", "Another account already uses your email address. Please call us."],
  ["linkexpired", "That took longer than ten minutes. Start again with single sign-on."],
]);

export function explainSignInCode(code: string): string {
  const [, kind, seconds] = /^(locked|busy)-(\d{1,6})$/i.exec(code) ?? [];
  if (kind?.toLowerCase() === "busy") return explainSignIn({ busy: Number(seconds) });
  if (kind) return explainSignIn({ locked: Number(seconds) });
  return CODE_MESSAGES.get(code.toLowerCase()) ?? explainSignIn("unavailable");
}

const PASSKEY_MESSAGES = {
  expired: "This took too long, or was started in another browser or session. Please try again.",
  replayed: "This answer of your passkey was used before, so it was not accepted. Please try again.",
  unknown: "We don't know this passkey. It may have been removed from the account. Use another way to sign in.",
  unverified:
    "We couldn't verify this passkey. Try again, and confirm with your fingerprint, face or PIN when your device asks.",
  counter:
    "This passkey may have been copied, so it was not accepted. Sign in another way, remove the passkey and add a new one.",
  disabled: "This account can't sign in. Please call us.",
  "too-many": "You have 20 passkeys, which is the most we keep. Remove one first.",
};

export const explainPasskey = (problem: PasskeyProblem): string =>
  typeof problem === "string"
    ? PASSKEY_MESSAGES[problem]
    : `Too many failed attempts. Wait ${formatMinutes(problem.locked)}, then try again.`;
