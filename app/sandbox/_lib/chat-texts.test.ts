import { describe, expect, it } from "vitest";
import { findTextsOfCulture, findTextsOfSnippet } from "./chat-texts";
import TEXTS from "./chat-texts.json";

const snippetIds = { he: "he917c2f40b85de36a1d", fr: "fr000000000000000000" };

describe("the chat's texts", () => {
  it("are in the language of the snippet", () => {
    expect(findTextsOfSnippet(snippetIds.he, snippetIds)).toMatchObject({ culture: "he-IL", dir: "rtl" });
    expect(findTextsOfCulture("he-IL").language).toBe("he");
  });

  it.each(["dr548fbb5d61ec51869a", "unknown", "constructor", "", null, snippetIds.fr])(
    "are in the default language for the snippet %s",
    (snippetId) => expect(findTextsOfSnippet(snippetId, snippetIds)).toMatchObject({ culture: "en-GB", dir: "ltr" }),
  );

  it("have the same placeholders in every language", () => {
    type Tree = { [name: string]: string | Tree };
    const findPlaceholders = (tree: Tree): unknown =>
      Object.entries(tree).map(([name, text]) => [
        name,
        typeof text === "string" ? text.match(/\{\w+\}/g)?.sort() : findPlaceholders(text),
      ]);
    const { launcher: english, ...en } = TEXTS.en;
    const { launcher: hebrew, ...he } = TEXTS.he;
    expect(findPlaceholders(he)).toEqual(findPlaceholders(en));
    expect(Object.keys(hebrew)).toEqual(Object.keys(english));
  });

  it("have a form for each of the language's plurals", () => {
    const forms = new Set([1, 2, 3, 11, 20, 100].map((count) => new Intl.PluralRules("he").select(count)));
    for (const form of forms) expect(TEXTS.he.launcher.unread).toHaveProperty(form);
  });
});
