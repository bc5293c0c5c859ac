import TEXTS from "./chat-texts.json";

type ChatTexts = typeof TEXTS.en;

const LANGUAGES: Record<string, ChatTexts | undefined> = TEXTS;

/** Glassix has one snippet per language. An unknown snippet has the default language. */
export function findTextsOfSnippet(snippetId: string | null, snippetIds: Partial<Record<string, string>>): ChatTexts {
  const language = Object.keys(snippetIds).find((code) => snippetIds[code] === snippetId);
  return (language && LANGUAGES[language]) || TEXTS.en;
}

export const findTextsOfCulture = (culture: string): ChatTexts =>
  Object.values(LANGUAGES).find((texts) => texts?.culture === culture) ?? TEXTS.en;
