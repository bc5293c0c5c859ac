/** U+200C and U+200D change how a word is written in these scripts. In others they are invisible. */
const JOINED = String.raw`(?=[\p{L}\p{M}])[\p{scx=Arab}\p{scx=Syrc}\p{scx=Nkoo}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}]`;
/** Between their letters, and after the vowel sign that makes a Malayalam final consonant. */
const JOINER = String.raw`(?<=${JOINED})[\u200C\u200D](?=${JOINED})|(?<=\u0D4D)\u200D`;
/** Format characters (those that turn the direction of text among them), private ones, and those without a glyph. */
const INVISIBLE = String.raw`[\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]`;

const KEPT_OR_INVISIBLE = new RegExp(String.raw`\p{RGI_Emoji}|${JOINER}|(${INVISIBLE})`, "gv");

/**
 * Takes out characters that deceive a reader because nobody sees them. Keeps the joiners that some scripts need, and
 * emoji, which are made with invisible characters. Control characters are the caller's business.
 */
export function removeInvisible(text: string): string {
  return text.replace(KEPT_OR_INVISIBLE, (match, invisible?: string) => (invisible ? "" : match));
}

/** Takes out combining marks without a letter, and those past the fifth on one letter, which cover the lines above and below. */
export function removeStrayMarks(text: string): string {
  return text.replace(/(^|\s)\p{M}+|(?<=\p{M}{5})\p{M}+/gu, "$1");
}

/** Makes one line of text that is safe to show to another reader, such as an agent. Bound its length first. */
export function toPlainLine(text: string): string {
  const line = removeInvisible(text)
    .normalize("NFC")
    .replace(/[\p{Cc}\s]+/gu, " ");
  return removeStrayMarks(line.trim());
}
