// In these scripts U+200C and U+200D change how a word is written.
const JOINED = String.raw`(?=[\p{L}\p{M}])[\p{scx=Arab}\p{scx=Syrc}\p{scx=Nkoo}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}]`;
const JOINER = String.raw`(?<=${JOINED})[\u200C\u200D](?=${JOINED})|(?<=\u0D4D)\u200D`;
export const UNDECLARED_INVISIBLE = String.raw`\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}`;
const INVISIBLE = String.raw`[\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}${UNDECLARED_INVISIBLE}]`;

const KEPT_OR_INVISIBLE = new RegExp(String.raw`\p{RGI_Emoji}|${JOINER}|(${INVISIBLE})`, "gv");

export function removeInvisible(text: string): string {
  return text.replace(KEPT_OR_INVISIBLE, (match, invisible?: string) => (invisible ? "" : match));
}

/** Removes combining marks without a letter, and those past the fifth on one letter, which cover other lines. */
export function removeStrayMarks(text: string): string {
  return text.replace(/(^|\s)\p{M}+|(?<=\p{M}{5})\p{M}+/gu, "$1");
}

export function toPlainLine(text: string): string {
  const line = removeInvisible(text)
    .normalize("NFC")
    .replace(/[\p{Cc}\s]+/gu, " ");
  return removeStrayMarks(line.trim());
}
