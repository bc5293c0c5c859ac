import { describe, expect, it } from "vitest";
import { chooseLanguage, toLanguage } from "./languages";

describe("chooseLanguage", () => {
  it.each([
    ["he", "he"],
    ["he-IL,he;q=0.9,en-US;q=0.8,en;q=0.7", "he"],
    ["HE-il", "he"],
    ["iw", "he"],
    ["iw-IL;q=0.9,en;q=0.8", "he"],
    ["en-GB,he", "en"],
    ["en;q=0.5,he;q=0.6", "he"],
    ["en ; q=0.5 , he ; q=0.6", "he"],
    ["xx-XX,xx;q=0.9,he;q=0.1", "he"],
    ["he;q=0,en;q=0.1", "en"],
    ["en;q=0.8,he;q=0.8", "en"],
  ])("chooses from %j: %s", (header, language) => {
    expect(chooseLanguage(header)).toBe(language);
  });

  it.each([
    "",
    "*",
    "xx,yy;q=0.5",
    "he;q=0",
    "he;q=1.2.3",
    "hebrew",
    ",;,;=",
    "toString",
    "__proto__,constructor",
    "עברית",
  ])("finds nothing in %j", (header) => {
    expect(chooseLanguage(header)).toBeNull();
  });

  it("reads only the beginning of a very long header", () => {
    expect(chooseLanguage(`he,${"en;q=0.5,".repeat(100_000)}`)).toBe("he");
    expect(chooseLanguage(`${"xx,".repeat(100_000)}he`)).toBeNull();
  });
});

describe("toLanguage", () => {
  it("accepts exactly the codes of our languages", () => {
    expect(["en", "he"].map(toLanguage)).toEqual(["en", "he"]);
    for (const other of ["EN", "he-IL", "iw", "", "toString", "__proto__", null, undefined, 1, ["he"]])
      expect(toLanguage(other)).toBeNull();
  });
});
