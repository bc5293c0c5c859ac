import "server-only";
import { domainToASCII, domainToUnicode } from "node:url";

/** Unicode normalization of hostile text takes quadratic time. */
const MAX_LENGTH = 1_000;

/**
 * The one form of an email address that is stored and compared.
 *
 * - Full-width characters, as input methods for Chinese and Japanese type them, become ASCII.
 * - The part before the @ is in NFC and lower case. `İ` and `ς` become `i` and `σ`: lower-casing them depends on the
 *   locale or the next letter.
 * - The domain is in ASCII: `bücher.example` becomes `xn--bcher-kva.example`.
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

export function isEmail(canonical: string): boolean {
  const [, domain] =
    /^[^\s@"<>(),;:]{1,64}@((?:[a-z0-9_-]{1,63}\.)+(?=[^.]*[a-z])[a-z0-9-]{2,63})$/u.exec(canonical) ?? [];
  // Punycode can spell one domain in several ways.
  return domain !== undefined && domainToASCII(domainToUnicode(domain)) === domain;
}

/** Control and format characters, spaces other than U+0020, characters without a glyph. */
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
  // First: some capital letters, such as ẞ, map to another domain than their lower case.
  const domain = text.toLowerCase();
  // domainToASCII cuts the domain at these.
  const isConvertible = /[^\0-\x7F]/.test(domain) && !/[\s/\\?#:%]/.test(domain);
  return (isConvertible && domainToASCII(domain)) || domain;
}
