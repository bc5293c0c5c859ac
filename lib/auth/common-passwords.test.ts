import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findBits, fold, isInFilter, isListed } from "./common-passwords";

const LIST = process.env.PASSWORD_LIST;

function buildFilter(passwords: Iterable<string>, bytes: number): Buffer {
  const filter = Buffer.alloc(bytes);
  for (const password of passwords)
    for (const bit of findBits(filter, password)) filter[bit >> 3] = filter[bit >> 3]! | (1 << (bit & 7));
  return filter;
}

function readMostCommon(list: string, count: number): Set<string> {
  const passwords = new Set<string>();
  for (const line of readFileSync(list, "utf8").split(/\r?\n/)) {
    if (passwords.size === count) break;
    if (line) passwords.add(fold(line));
  }
  return passwords;
}

const countHits = (isHit: (text: string) => boolean) =>
  Array.from({ length: 20_000 }, () => randomBytes(9).toString("base64")).filter(isHit).length;

describe("the filter of common passwords", () => {
  it.runIf(LIST)("is built from the list", () => {
    const passwords = readMostCommon(LIST!, 100_000);
    writeFileSync("lib/auth/common-passwords.bin", buildFilter(passwords, 2 ** 18));
    expect([...passwords].every(isListed)).toBe(true);
  });

  it("finds every password that it was built from, and hardly any other", () => {
    const passwords = Array.from({ length: 1_000 }, (_, index) => `password ${index}`);
    const filter = buildFilter(passwords, 2_621);
    expect(passwords.filter((password) => !isInFilter(filter, password))).toEqual([]);
    expect(countHits((text) => isInFilter(filter, text))).toBeLessThan(20);
  });

  it.each(["123456", "password", "iloveyou", "qwertyuiop", "1q2w3e4r5t", "azertyuiop", "insurance"])(
    "contains %s",
    (password) => expect(isListed(password)).toBe(true),
  );

  it("contains hardly any random text", () => expect(countHits(isListed)).toBeLessThan(20));

  it("takes text without case, accents and Unicode forms", () => {
    for (const text of ["PÄSSWORD", "pa\u0308ssword", "ｐａｓｓｗｏｒｄ"]) expect(fold(text)).toBe("password");
  });
});
