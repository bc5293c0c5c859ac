/** The portal's languages. To add one, see docs/languages-and-consent.md. */
export const LANGUAGES = {
  en: { name: "English", direction: "ltr", locale: "en-GB" },
  he: { name: "עברית", direction: "rtl", locale: "he-IL" },
} as const;

export type Language = keyof typeof LANGUAGES;

export const DEFAULT_LANGUAGE: Language = "en";

export const LANGUAGE_COOKIE = "portal.language";

export const toLanguage = (code: unknown): Language | null =>
  typeof code === "string" && Object.hasOwn(LANGUAGES, code) ? (code as Language) : null;

/** The first language that we have, by the order of an Accept-Language header and its weights. */
export function chooseLanguage(header: string): Language | null {
  const entries = header.slice(0, 200).matchAll(/(?:^|,)\s*([a-z]+)[^,;]*(?:;\s*q=([\d.]+))?/gi);
  const wanted = Array.from(entries, ([, code = "", weight = "1"]) => ({
    // "iw" is the former code of Hebrew.
    language: toLanguage(code.toLowerCase().replace(/^iw$/, "he")),
    weight: Number(weight),
  }));
  const accepted = wanted.filter(({ language, weight }) => language && weight > 0);
  return accepted.toSorted((a, b) => b.weight - a.weight)[0]?.language ?? null;
}
