import type { PasskeyProblem } from "@/lib/auth/passkey-ceremonies";
import { formatMinutes } from "@/lib/format";

const MESSAGES = {
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
    ? MESSAGES[problem]
    : `Too many failed attempts. Wait ${formatMinutes(problem.locked)}, then try again.`;
