import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findPasswordProblem } from "./password-rules";

const TOO_COMMON = "commonPassword";
const COMPANY = "companyNamePassword";
const OWN = "ownNamePassword";

const john = { firstName: "John", lastName: "Wick", email: "john.wick@example.com" };

const randomPassword = fc.string({
  unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
  minLength: 12,
  maxLength: 12,
});

describe("a new password is too common when it", () => {
  it.each([
    ["is on the list", "qwertyuiop", "1234567890", "1Q2W3E4R5T", "qwertyuiopasdfghjkl", "ｑｗｅｒｔｙｕｉｏｐ"],
    [
      "is a word with digits and punctuation",
      "password123!",
      "Password1234",
      "Summer2026!!",
      "iloveyou!!",
      "!!Monkey 1990",
    ],
    ["is digits with punctuation", "(1234567890)", "123456789!", "12345678!!"],
    [
      "spells a word with other characters",
      "P@ssw0rd2026",
      "$ummer2026!",
      "1l0vey0u!!",
      "pa55w0rd#1",
      "7r1n17y2026",
      "Pässwörd123",
    ],
    [
      "repeats itself",
      "abcabcabcabc",
      "abcabcabcab",
      "passwordpassword",
      "password password",
      "Password1!Password1!",
      "ababababab12!",
    ],
    ["has few different characters", "aaaaaaaaaaaaaaaa", "abababababab", "1112221113", "🦄🦄🦄🦄🦄🦄🦄🦄🦄🐙"],
    ["is a sequence", "abcdefghijklmnop", "zyxwvutsrq", "abcdefghijkl2026!"],
  ])("%s", (_, ...passwords) => {
    for (const password of passwords) expect([password, findPasswordProblem(password)]).toEqual([password, TOO_COMMON]);
  });
});

describe("a new password is refused as", () => {
  it.each(["Harborlight1!", "harborlight-2026", "harborlight insurance", "H@rb0rl1ght2026", "InsuranceHarborlight"])(
    "the company's name: %s",
    (password) => expect(findPasswordProblem(password)).toBe(COMPANY),
  );

  it.each([
    "john.wick@example.com",
    "my JOHN.WICK@EXAMPLE.COM",
    "john.wick1",
    "JohnWick2026!",
    "wick-john-1",
    "J0hnW1ck2026",
    "wick 1990 john",
    "John Harborlight 1",
  ])("the name or email address of John Wick: %s", (password) => expect(findPasswordProblem(password, john)).toBe(OWN));

  it.each([
    ["Agoston2026!!", { firstName: "Ágoston" }],
    ["Ortega-Jose", { firstName: "José", lastName: "Ortega" }],
    ["Walburga2026!", { firstName: "Anna Walburga" }],
    ["OGrunewald-26!", { lastName: "O’Grunewald" }],
    ["李伟20260101", { firstName: "伟", lastName: "李" }],
    ["grace.hopper7", { email: "grace.hopper@example.com" }],
    ["0501234567", { email: "0501234567@example.com" }],
    ["graceh@example.com", { email: " GraceH@Example.com " }],
  ])("the customer's name or email address: %s of %j", (password, owner) => {
    expect(findPasswordProblem(password)).toBeNull();
    expect(findPasswordProblem(password, owner)).toBe(OWN);
  });
});

describe("a new password is accepted", () => {
  it.each([
    "a password of my own",
    "another password of mine",
    "correct horse battery staple",
    "correct john battery staple",
    "johnny was quick",
    "Portal-demo-1",
    "Correct-horse-9",
    "three unrelated words",
    "insurance for a lighthouse",
    "7#kR!92xq$4",
    "4829-1750-3366",
    "пароль моей бабушки",
    "הסיסמה של סבתא שלי",
    "ο κωδικός της γιαγιάς",
    "🦄🐙🦀🐳 und Tee",
    "🦄🐙🦀🐳🦊🐼🐨🐯🦁🐮",
  ])("when it is long and uncommon: %s", (password) => expect(findPasswordProblem(password, john)).toBeNull());

  it("when it is random", () => {
    const passwords = fc.sample(randomPassword, 5_000);
    expect(passwords.filter((password) => findPasswordProblem(password, john)).length).toBeLessThan(20);
  });

  it("when the customer is unknown", () => {
    for (const owner of [{}, { firstName: "", lastName: " ", email: "" }, { email: "@" }, { firstName: "..." }])
      expect(findPasswordProblem("4829-1750-3366", owner)).toBeNull();
  });
});

it("judges the longest passwords quickly (G13)", () => {
  const units = ["a", "1", "ab", "e\u0301\u0323", "\ufdfa", "1a", "abc!", "ﬃ ", "0", "@"];
  const started = performance.now();
  for (const unit of units)
    for (const end of ["", "b", "!", "1"]) {
      const password = unit.repeat(128).slice(0, 127) + end;
      const names = (unit + " ").repeat(30_000);
      findPasswordProblem(password, { firstName: names, lastName: names, email: names });
    }
  expect((performance.now() - started) / (4 * units.length)).toBeLessThan(100);
});
