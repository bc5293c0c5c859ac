import { readdirSync, readFileSync } from "node:fs";
import { createTranslator } from "use-intl/core";
import { describe, expect, it } from "vitest";
import { LANGUAGES, type Language } from "./languages";
import { MESSAGES } from "./messages";

type Tree = { [key: string]: string | Tree };

const flatten = (tree: Tree, prefix = ""): [key: string, text: string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );

const languages = Object.keys(LANGUAGES) as Language[];
const english = new Map(flatten(MESSAGES.en));
const translations = languages.filter((language) => language !== "en");

const findAll = (text: string, pattern: RegExp) => [
  ...new Set(Array.from(text.matchAll(pattern), ([, name]) => name!)),
];
const findArguments = (text: string) => findAll(text, /\{(\w+)(?=\}|, (?:plural|number|select),?)/g).sort();
const findNumbers = (text: string) => findAll(text, /\{(\w+), (?:plural|number)/g);
const findTags = (text: string) => findAll(text, /<(\w+)>/g).sort();

/** Of `client`, the browser replaces the placeholders. */
const isFormatted = (key: string) => !key.startsWith("client.");

describe.each(languages)("the messages in %s", (language) => {
  const messages = flatten(MESSAGES[language]);

  it.each(messages.filter(([key]) => isFormatted(key)))("format: %s", (key, text) => {
    const t = createTranslator({
      locale: language,
      messages: MESSAGES[language],
      onError: (error) => {
        throw error;
      },
    });
    const markup = t.markup as (key: string, values: object) => string;
    for (const count of [0, 1, 2, 5, 1_000]) {
      const values = findArguments(text).map((name) => [name, findNumbers(text).includes(name) ? count : "sample"]);
      const tags = findTags(text).map((name) => [name, (chunks: string) => `[${chunks}]`]);
      const formatted = markup(key, Object.fromEntries([...values, ...tags]));
      expect(formatted).not.toBe("");
      expect(formatted).not.toMatch(/[{}<>#]/);
    }
  });

  it("have every plural form of the language", () => {
    const forms = new Intl.PluralRules(LANGUAGES[language].locale).resolvedOptions().pluralCategories;
    for (const [key, text] of messages.filter(([, text]) => text.includes(", plural,")))
      for (const form of forms) expect(text, key).toContain(` ${form} {`);
  });
});

describe.each(translations)("the translation into %s", (language) => {
  const messages = flatten(MESSAGES[language]);

  it("has the keys of the English messages", () => {
    expect(messages.map(([key]) => key)).toEqual([...english.keys()]);
  });

  it("has the arguments and tags of the English messages", () => {
    for (const [key, text] of messages) {
      expect(findArguments(text), key).toEqual(findArguments(english.get(key)!));
      expect(findTags(text), key).toEqual(findTags(english.get(key)!));
    }
  });

  it("has its tags and texts in the order of the English messages, so that a switch only changes texts", () => {
    const readShape = (text: string) =>
      Array.from(text.matchAll(/<(\w+)>.*?<\/\1>|[^<]+/g), ([, tag]) => tag ?? "text");
    for (const [key, text] of messages) expect(readShape(text), key).toEqual(readShape(english.get(key)!));
  });

  it("leaves nothing in English", () => {
    const same = messages.filter(([key, text]) => key !== "company.address" && text === english.get(key));
    expect(same).toEqual([]);
  });
});

it("writes Hebrew abbreviations with geresh and gershayim", () => {
  const wrong = flatten(MESSAGES.he).filter(([, text]) => /[א-ת]["'][א-ת]|[א-ת]'/.test(text));
  expect(wrong).toEqual([]);
});

describe("the English messages", () => {
  const sources = ["app", "components", "lib"]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`))
    .filter((name) => /(?<!\.test)\.tsx?$/.test(name))
    .map((name) => readFileSync(name, "utf8"));

  /** Prefixes of keys that are values of a type, such as `SignInResult`: t(result). */
  const DYNAMIC = [
    "signIn.",
    "passkeyProblem.",
    "chatNotice.",
    "chatChoice.",
    "product.",
    "claimState.",
    "cover.",
    "claimNote.",
    "policyStatus.",
    "nextStep.",
    "confirmEmail.taken",
    "undoEmailChange.taken",
  ];

  function isUsed(key: string): boolean {
    const [namespace = "", ...rest] = key.split(".");
    const name = rest.join(".");
    // `lib/form` and the components that use `client` are given keys by files that do not name the namespace.
    const files = ["form", "client"].includes(namespace)
      ? sources
      : sources.filter((source) => source.includes(`"${namespace}"`));
    return files.some(
      (source) =>
        source.includes(`"${name}"`) ||
        (namespace === "client" && new RegExp(`\\b${name}\\b`).test(source)) ||
        // t(`notices.${notice}.subject`)
        findAll(source, /`([\w.-]+\.)\$\{/g).some((prefix) => name.startsWith(prefix)),
    );
  }

  it("are all used", () => {
    const keys = [...english.keys()].filter((key) => !DYNAMIC.some((prefix) => key.startsWith(prefix)));
    expect(keys.filter((key) => !isUsed(key))).toEqual([]);
  });
});
