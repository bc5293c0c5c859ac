import "server-only";
import { domainToASCII, domainToUnicode } from "node:url";
import { UNDECLARED_INVISIBLE } from "@/lib/plain-text";

// Unicode normalization of hostile text takes quadratic time.
const MAX_LENGTH = 1_000;

/** The form that is stored and compared: " Jane@BÜCHER.example. " becomes "jane@xn--bcher-kva.example". */
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

const HIDDEN = new RegExp(
  String.raw`[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}${UNDECLARED_INVISIBLE}]|(?! )\p{Zs}`,
  "u",
);

export const hasHiddenCharacter = (address: string): boolean => HIDDEN.test(address.trim());

// `İ` and `ς` become `i` and `σ`: lower-casing them depends on the locale or the next letter.
const foldCase = (text: string) =>
  text
    .toLowerCase()
    .replaceAll("ς", "σ")
    .replace(/i\u0307+/g, "i")
    .normalize("NFC");

function canonicalizeDomain(text: string): string {
  const domain = text.toLowerCase();
  // domainToASCII cuts the domain at these.
  const isConvertible = /[^\0-\x7F]/.test(domain) && !/[\s/\\?#:%]/.test(domain);
  return (isConvertible && domainToASCII(domain)) || domain;
}
