import "server-only";
import { dictionary } from "@zxcvbn-ts/language-common";

/** Longer than any entry of the list: Unicode normalization can take quadratic time. */
const MAX_LENGTH = 512;

let known: Set<string> | undefined;

/**
 * Whether a password is on the list of common ones, or made of at most three characters. There are no composition rules:
 * NIST SP 800-63B advises against them.
 */
export function isCommonPassword(password: string): boolean {
  if (password.length > MAX_LENGTH) return false;
  const normalized = password.normalize("NFKC").toLowerCase();
  known ??= new Set(dictionary["passwords-common"].filter((common): common is string => typeof common === "string"));
  return known.has(normalized) || new Set(normalized).size <= 3;
}
