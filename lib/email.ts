import "server-only";
import { domainToASCII, domainToUnicode } from "node:url";

/** Longer text is no address. Unicode normalization of hostile text takes quadratic time. */
const MAX_LENGTH = 1_000;

/**
 * Brings an e-mail address to the one form that is stored and compared. A trigger of the database does what it can
 * of this again (`canonicalizeEmail` in the migrations).
 *
 * - Full-width characters, as input methods for Chinese and Japanese type them, become ASCII.
 * - The part before the @ is in Unicode's NFC and in lower case. `İ` and `ς` become `i` and `σ`, because lower-casing
 *   them depends on the locale or on the next letter. `ß` and `ss`, or `ı` and `i`, stay different mailboxes.
 * - The domain is in ASCII: `bücher.example` is `xn--bcher-kva.example`, which is also what Chrome submits.
 *
 * Text that is no address comes back as well: {@link isEmail} tells.
 *
 * @example canonicalizeEmail(" Jane@BÜCHER.example. ") // "jane@xn--bcher-kva.example"
 */
export function canonicalizeEmail(text: string): string {
  if (text.length > MAX_LENGTH) return text;
  const narrow = text
    .trim()
    .replace(/[\uFF01-\uFF5E]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(/[。｡]/g, ".")
    .normalize("NFC");
  const at = narrow.lastIndexOf("@") + 1;
  return foldCase(narrow.slice(0, at)) + canonicalizeDomain(narrow.slice(at).replace(/\.$/, ""));
}

/** Whether a canonical address can receive mail, as far as its form tells. */
export function isEmail(canonical: string): boolean {
  const [, domain] =
    /^[^\s@"<>(),;:]{1,64}@((?:[a-z0-9_-]{1,63}\.)+(?=[^.]*[a-z])[a-z0-9-]{2,63})$/u.exec(canonical) ?? [];
  // Punycode can spell one domain in several ways: only the one that Unicode text leads to is taken.
  return domain !== undefined && domainToASCII(domainToUnicode(domain)) === domain;
}

/**
 * Whether an address holds what its reader does not see: control and format characters, blanks other than the space,
 * characters without a glyph. No exception is made for joiners, as it is for names.
 */
export const hasHiddenCharacter = (address: string): boolean =>
  /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]|(?! )\p{Zs}/u.test(
    address.trim(),
  );

const foldCase = (text: string) =>
  text
    .toLowerCase()
    .replaceAll("ς", "σ")
    .replace(/i\u0307+/g, "i")
    .normalize("NFC");

function canonicalizeDomain(text: string): string {
  // First, because some capital letters, such as ẞ, lead to another domain than their small ones.
  const domain = text.toLowerCase();
  // Node would cut the domain at these, as a URL's host.
  const isConvertible = /[^\0-\x7F]/.test(domain) && !/[\s/\\?#:%]/.test(domain);
  return (isConvertible && domainToASCII(domain)) || domain;
}
