import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMigrations } from "@/prisma/schema-engine";
import { canonicalizeEmail, hasHiddenCharacter, isEmail } from "./email";

describe("the canonical form of an email address", () => {
  it.each([
    ["one typed with spaces around it and in capitals", "  JANE.Doe@Example.COM ", "jane.doe@example.com"],
    ["one typed on a keyboard that composes accents", "jos\u00e9@example.com", "jos\u00e9@example.com"],
    ["one typed on a keyboard that does not", "JOSE\u0301@example.com", "jos\u00e9@example.com"],
    ["an internationalised domain as people type it", "jane@B\u00fccher.example", "jane@xn--bcher-kva.example"],
    ["the same as Chrome submits it", "jane@XN--BCHER-KVA.example", "jane@xn--bcher-kva.example"],
    ["the same in decomposed characters", "jane@bu\u0308cher.example", "jane@xn--bcher-kva.example"],
    ["a domain with ideographic full stops", "jane@例え。テスト", "jane@xn--r8jz45g.xn--zckzah"],
    ["full-width text", "ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "jane@example.com"],
    ["a full-width @ and an ideographic full stop", "jane。doe＠example｡com", "jane.doe@example.com"],
    ["a domain with the root's dot", "jane@example.com.", "jane@example.com"],
    ["the Kelvin sign", "\u212Aate@example.com", "kate@example.com"],
    ["capital sharp s", "STRA\u1E9EE@example.com", "straße@example.com"],
    ["capital I with a dot", "\u0130brah\u0130m@example.com", "ibrahim@example.com"],
    ["a final sigma", "\u03A6\u03A9\u03A3@example.com", "\u03C6\u03C9\u03C3@example.com"],
  ])("is the same for %s", (_, typed, canonical) => {
    expect(canonicalizeEmail(typed)).toBe(canonical);
    expect(canonicalizeEmail(canonical)).toBe(canonical);
    expect(isEmail(canonical)).toBe(true);
  });

  it.each([
    ["straße@example.com", "strasse@example.com"],
    ["ışık@example.com", "işik@example.com"],
    ["jane@straße.example", "jane@strasse.example"],
    ["jane@φως.example", "jane@φωσ.example"],
    ["ﬁne@example.com", "fine@example.com"],
    ["jose@example.com", "josé@example.com"],
  ])("keeps different mailboxes apart: %s and %s", (one, other) => {
    expect(canonicalizeEmail(one)).not.toBe(canonicalizeEmail(other));
  });

  it("is computed quickly for long text that is not an address", () => {
    const hostile = "e" + "\u0301\u0323".repeat(60_000);
    for (const text of [hostile, `${hostile}@example.com`, `jane@${hostile}`]) {
      expect(isEmail(canonicalizeEmail(text))).toBe(false);
    }
  });
});

describe("an email address", () => {
  it.each([
    "jane",
    "jane@",
    "@example.com",
    "jane@example",
    "jane@example..com",
    "jane@.example.com",
    "jane@example.com..",
    "jane doe@example.com",
    "jane@exa mple.com",
    "jane@doe@example.com",
    "jane@127.0.0.1",
    "jane@0x7f.1",
    "jane@[::1]",
    "jane@ex%61mple.com",
    "jane@bücher.example/path",
    "jane@bücher.example:80",
    "jane@bücher.example?x",
    "jane@a<b.com",
    "jane@xn--example-.com",
    "jane@\u0301a.com",
    "jane@a\u200Db.example",
    `${"a".repeat(65)}@example.com`,
    `jane@${"a".repeat(64)}.com`,
  ])("is not valid: %j", (text) => expect(isEmail(canonicalizeEmail(text))).toBe(false));

  const HIDDEN = [
    0x00, 0x1b, 0x7f, 0x85, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x1680, 0x17b4, 0x180b, 0x180e, 0x2003, 0x200b,
    0x200c, 0x200d, 0x200e, 0x2028, 0x202e, 0x202f, 0x2060, 0x2066, 0x2069, 0x2800, 0x3000, 0x3164, 0xe000, 0xfe0f,
    0xfeff, 0xffa0, 0xfff9, 0xfffe, 0x13441, 0x1d159, 0x1d173, 0xe0041, 0xe0101, 0x10ffff,
  ];
  it("is checked for every kind of hidden character", () => {
    for (const codePoint of HIDDEN) {
      const character = String.fromCodePoint(codePoint);
      for (const email of [`ja${character}ne@example.com`, `jane@exam${character}ple.com`])
        expect(hasHiddenCharacter(email), codePoint.toString(16)).toBe(true);
    }
  });

  it("is found to contain no hidden character in any language", () => {
    for (const address of [
      "josé@bücher.example",
      "用户@例え.テスト",
      "दीपक@example.com",
      "محمد@example.com",
      "😀@i❤.ws",
    ])
      expect(hasHiddenCharacter(address), address).toBe(false);
  });
});

it.each([
  "İ\u0307\u0307a@x.example",
  "i\u0307\u0307\u0307@x.example",
  "user@FAẞ.example",
  "ΣΑΣ@x.example",
  "ｊoe@例え。テスト",
])("canonicalizing %j twice gives the same address", (text) =>
  expect(canonicalizeEmail(canonicalizeEmail(text))).toBe(canonicalizeEmail(text)),
);

it("uppercase and lowercase letters of a domain give the same address", () => {
  expect(canonicalizeEmail("user@FAẞ.example")).toBe(canonicalizeEmail("user@faß.example"));
});

describe("an email address in the database", () => {
  const database = new PGlite();
  const register = (email: string) =>
    database.query(`INSERT INTO "User" ("email", "firstName", "lastName") VALUES ($1, 'Jane', 'Doe')`, [email]);
  const readEmails = async () =>
    (await database.query<{ email: string }>(`SELECT "email" FROM "User" ORDER BY "createdAt", "email"`)).rows.map(
      ({ email }) => email,
    );

  beforeAll(async () => {
    for (const { sql } of readMigrations()) await database.exec(sql);
  }, 60_000);
  afterAll(() => database.close());

  it("is in canonical form for every letter with a case or an accent", async () => {
    await database.exec(`
      CREATE TEMP TABLE "Probe" ("email" text, "typed" text);
      CREATE TRIGGER "probe" BEFORE INSERT ON "Probe" FOR EACH ROW EXECUTE FUNCTION "canonicalizeEmail"()`);
    const differing: string[] = [];
    // The blocks in between have neither case nor combining letters.
    for (const [first, last] of [
      [0x20, 0x33ff],
      [0xa000, 0xabff],
      [0xf900, 0x1ffff],
    ] as const) {
      const canonical: string[] = [];
      for (let codePoint = first; codePoint <= last; codePoint++) {
        const email = `a${String.fromCodePoint(codePoint)}\u0301b@example.com`;
        if (!hasHiddenCharacter(email))
          canonical.push(canonicalizeEmail(email), canonicalizeEmail(email.replace("\u0301", "")));
      }
      const { rows } = await database.query<{ email: string; typed: string }>(
        `INSERT INTO "Probe" ("email", "typed") SELECT email, email FROM unnest($1::text[]) email RETURNING "email", "typed"`,
        [canonical],
      );
      differing.push(...rows.filter(({ email, typed }) => email !== typed).map(({ typed }) => typed));
    }
    expect(differing).toEqual([]);
  });

  it("is canonicalized by a trigger, whatever SQL writes it", async () => {
    await register("JOSE\u0301@example.com");
    await register("\u03A6\u03A9\u03A3@example.com");
    await register("\u0130brahim@example.com");
    expect((await readEmails()).sort()).toEqual(
      ["JOSE\u0301@example.com", "\u03A6\u03A9\u03A3@example.com", "\u0130brahim@example.com"]
        .map(canonicalizeEmail)
        .sort(),
    );
    await expect(register("jos\u00c9@example.com")).rejects.toThrow(/unique/);
    await expect(register("jane@b\u00fccher.example")).rejects.toThrow(/User_email_domain_is_ascii/);
  });
});
