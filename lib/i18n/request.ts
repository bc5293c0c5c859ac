import "server-only";
import { cookies, headers } from "next/headers";
import { cache } from "react";
import { getSession } from "@/lib/auth/session";
import { FORMATS } from "@/lib/format";
import { chooseLanguage, DEFAULT_LANGUAGE, LANGUAGE_COOKIE, toLanguage, type Language } from "./languages";
import { MESSAGES, createTranslations, type Namespace } from "./messages";

/** The account's language, else the browser's. Reads the session, once in a page, but each time in an action. Not within a transaction. */
export const getLanguage = cache(async (): Promise<Language> => {
  // A page in the browser's language is better than none.
  const session = await getSession().catch(() => null);
  return toLanguage(session?.user.language) ?? getBrowserLanguage();
});

/** The one chosen in this browser, else Accept-Language. */
export async function getBrowserLanguage(): Promise<Language> {
  const chosen = toLanguage((await cookies()).get(LANGUAGE_COOKIE)?.value);
  return chosen ?? chooseLanguage((await headers()).get("accept-language") ?? "") ?? DEFAULT_LANGUAGE;
}

export async function getTranslations<Name extends Namespace>(namespace: Name) {
  return createTranslations(await getLanguage(), namespace);
}

/** Writes stored values: amounts, dates, and keys of the messages. Covers and notes may also be free text. */
export async function getFormats() {
  const language = await getLanguage();
  const { product, claimState, cover, claimNote } = MESSAGES[language];
  const read = (texts: Record<string, string>, text: string) => (Object.hasOwn(texts, text) ? texts[text]! : text);
  return {
    ...FORMATS[language],
    formatProduct: (key: keyof typeof product) => product[key],
    formatState: (key: keyof typeof claimState) => claimState[key],
    formatCover: (text: string) => read(cover, text),
    formatNote: (text: string) => read(claimNote, text),
  };
}

/** Not httpOnly: scripts notice a switch in another tab. */
export async function writeLanguageCookie(language: Language): Promise<void> {
  (await cookies()).set(LANGUAGE_COOKIE, language, { path: "/", sameSite: "lax", maxAge: 365 * 86_400 });
}
