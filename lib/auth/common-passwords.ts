import "server-only";
import { dictionary } from "@zxcvbn-ts/language-common";

/** Longer than any entry of the list. Unicode normalization of hostile text takes quadratic time. */
const MAX_LENGTH = 512;

let known: Set<string> | undefined;

/**
 * Whether a password is among those that are guessed first: on the list of the most common ones, or made
 * of no more than three characters. Composition is not looked at: NIST SP 800-63B advises against it.
 */
export function isCommonPassword(password: string): boolean {
  if (password.length > MAX_LENGTH) return false;
  const normalized = password.normalize("NFKC").toLowerCase();
  known ??= new Set(dictionary["passwords-common"].filter((common): common is string => typeof common === "string"));
  return known.has(normalized) || new Set(normalized).size <= 3;
}
