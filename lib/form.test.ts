import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { checkOwnPassword, email, firstName, line, newPassword, readForm } from "./form";
import { newInsuranceClaimFields } from "@/lib/portal/insurance-claim-fields";

vi.mock("next/headers", () => ({ cookies: async () => new Map(), headers: async () => new Headers() }));

/** Normalizing this takes 14 seconds. */
const HOSTILE = "e" + "\u0301\u0323".repeat(120_000);

function send<Schema extends z.ZodObject>(schema: Schema, fields: Record<string, string>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return readForm(schema, form);
}

const readError = async (field: z.ZodType, text: string) =>
  (await send(z.object({ field }), { field: text })).state.errors.field?.text;
const readValue = async (field: z.ZodType, text: string) =>
  (await send(z.object({ field }), { field: text })).data?.field;

describe("a field that is too long", () => {
  const everyField = {
    ...newInsuranceClaimFields,
    email,
    firstName,
    password: newPassword,
    signInEmail: line("enterEmail", 254),
  };

  it.each(Object.entries(everyField))(
    "is rejected before anything else processes it (G13): %s",
    async (name, field) => {
      const started = performance.now();
      const { state, data } = await send(z.object({ [name]: field }), { [name]: HOSTILE });
      expect(performance.now() - started).toBeLessThan(5_000);
      expect(data).toBeUndefined();
      expect(state.errors[name]?.text).toMatch(/^Use at most/);
    },
  );

  it.each(Object.entries(everyField))(
    "is processed just as quickly at every shorter length: %s",
    async (name, field) => {
      const started = performance.now();
      for (const length of [100, 500, 1_000, 4_000, 8_000, 16_000])
        expect(
          (await send(z.object({ [name]: field }), { [name]: HOSTILE.slice(0, length) })).state.values.password,
        ).toBeUndefined();
      expect(performance.now() - started).toBeLessThan(5_000);
    },
  );

  it("is returned in full when a person may have typed it", async () => {
    for (const text of ["x".repeat(2_001), "A story. ".repeat(1_500), `${"😀".repeat(3_000)}`]) {
      const { state, data } = await send(z.object({ text: newInsuranceClaimFields.description }), { text });
      expect(data).toBeUndefined();
      expect(state).toMatchObject({ values: { text }, errors: { text: { text: "Use at most 2000 characters." } } });
    }
  });

  it("is measured in characters, not in bytes", async () => {
    await expect(readValue(firstName, "𠮷".repeat(60))).resolves.toBe("𠮷".repeat(60));
    await expect(readError(firstName, "𠮷".repeat(61))).resolves.toBe("Use at most 60 characters.");
    const paragraphs = `${"Rain.\r\n".repeat(333)}.`;
    await expect(readValue(newInsuranceClaimFields.description, paragraphs)).resolves.toBe(
      paragraphs.replaceAll("\r", ""),
    );
  });
});

describe("a name", () => {
  it.each([
    ["José", "Jose\u0301"],
    ["Nguyễn", "Nguye\u0302\u0303n"],
    ["Jean Paul", "  Jean\u00a0\u3000 Paul "],
    ["علی\u200Cرضا", "علی\u200Cرضا"],
    ["ක්\u200Dරිස්ටි", "ක්\u200Dරිස්ටි"],
    ["രമേശന്\u200D", "രമേശന്\u200D"],
    ["O’Neil-Smith Jr.", "O’Neil-Smith Jr."],
    ["လျှော့", "လျှော့"],
    ["วัฒน์", "วัฒน์"],
  ])("is stored as %s", (name, typed) => expect(readValue(firstName, typed)).resolves.toBe(name.normalize("NFC")));

  it.each([
    ["changes the direction of text", "Jo\u202Ehn"],
    ["isolates text", "\u2066John\u2069"],
    ["marks a direction", "John\u200F"],
    ["has no width", "Jo\u200Bhn"],
    ["is a soft hyphen", "Jo\u00ADhn"],
    ["joins letters of a script that is not joined", "Jo\u200Dhn"],
    ["joins nothing", "علی\u200C"],
    ["is a Hangul filler", "\u3164"],
    ["is a half-width Hangul filler", "John\uFFA0"],
    ["is a Braille blank", "John\u2800"],
    ["is a variation selector", "John\uFE0F"],
    ["is a tag", "John\u{E0041}"],
    ["is a combining grapheme joiner", "Jo\u034Fhn"],
    ["is private", "John\uE000"],
    ["is a control", "Jo\u0007hn"],
    ["is a hieroglyph without a glyph", "John\u{13441}"],
  ])(
    "is refused when a character in it %s (G14)",
    async (_, name) =>
      await expect(readError(firstName, name)).resolves.toBe(
        "Remove the invisible characters. They often come with pasted text.",
      ),
  );

  it.each(["\u0301", "\u0301\u0302\u0303", "...", "7", " ", "👍"])(
    "needs a letter, which %j lacks (G14)",
    async (name) =>
      await expect(readError(firstName, name)).resolves.toBe(
        name.trim() === "" ? "Enter your first name." : "A name needs at least one letter.",
      ),
  );

  it.each([`Jo${"\u0336".repeat(6)}hn`, `J${"\u0300\u0316".repeat(25)}`, "\u0301John"])(
    "is rejected for too many or misplaced accents: %j (G14)",
    (name) => expect(readError(firstName, name)).resolves.toMatch(/^Check the accents/),
  );
});

describe("an email address", () => {
  it("is read in its canonical form", async () => {
    await expect(readValue(email, " JOSE\u0301@B\u00fccher.example ")).resolves.toBe("jos\u00e9@xn--bcher-kva.example");
  });

  it.each([
    ["", "Enter your email address."],
    ["  ", "Enter your email address."],
    ["jane", "Enter an email address like name@example.com."],
    ["jane doe@example.com", "Enter an email address like name@example.com."],
    ["ja\u200Bne@example.com", "This address contains invisible characters. Type it instead of pasting it."],
    ["jane@exam\u00A0ple.com", "This address contains invisible characters. Type it instead of pasting it."],
    [`jane@${"a.".repeat(130)}com`, "Use at most 254 characters."],
  ])("is rejected with advice when it is %j", (typed, message) =>
    expect(readError(email, typed)).resolves.toBe(message),
  );
});

describe("the text of an insurance claim", () => {
  const { title, description } = newInsuranceClaimFields;

  it("loses the invisible characters that phones paste along (G14)", async () => {
    await expect(readValue(title, "Call \u202A+44 20 7946 0000\u202C")).resolves.toBe("Call +44 20 7946 0000");
    await expect(readValue(description, "Line one\u2028Line\u200B two\u2067, three\u00AD.")).resolves.toBe(
      "Line one\nLine two, three.",
    );
    await expect(readError(title, "\u200B\u2800")).resolves.toBe("Enter a few words about what happened.");
  });

  it("keeps emoji and the joiners that a script needs", async () => {
    for (const text of ["Flooded ❤️ 👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 cellar", "می\u200Cخواهم کمک"])
      expect([await readValue(title, text), await readValue(description, text)]).toEqual([text, text]);
  });

  it("cannot cover other lines with stacked accents (G14)", async () => {
    await expect(readValue(title, `Wet${"\u0335".repeat(70)} floor`)).resolves.toBe(`Wet${"\u0335".repeat(5)} floor`);
  });
});

describe("a new password", () => {
  it.each([
    ["", "Choose a password."],
    ["Hut-7 boat", undefined],
    ["Hut-7 boa", "Use at least 10 characters."],
    ["x1".repeat(65), "Use at most 128 characters."],
    ["three\u0000unrelated words", "Remove the invisible characters. They often come with pasted text."],
    ["password123!", "This password is too common. Choose another."],
    ["Harborlight1!", "Don't use our company's name as your password."],
  ])("is answered at its field: %j", (typed, message) => expect(readError(newPassword, typed)).resolves.toBe(message));

  const owner = { firstName: "Grace", lastName: "Hopper", email: "grace@" };
  const check = async (password: string) => {
    const { state } = await send(z.object({ email, password: newPassword }), { email: owner.email, password });
    return { state, refused: await checkOwnPassword(state, "password", password, owner) };
  };

  it("is refused when it is the customer's own name, beside the form's other errors", async () => {
    expect((await check("Hopper-Grace-1")).refused).toEqual({
      values: { email: "grace@" },
      errors: {
        email: { text: "Enter an email address like name@example.com." },
        password: { text: "Don't use your name or email address as your password." },
      },
    });
  });

  it("is not checked against the customer once it is refused, however long it is (G13)", async () => {
    const started = performance.now();
    expect((await check(HOSTILE)).refused).toBeNull();
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("leaves the form alone when it is good", async () =>
    expect((await check("three unrelated words")).refused).toBeNull());
});
