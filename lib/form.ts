import "server-only";
import { unstable_rethrow } from "next/navigation";
import { z } from "zod";
import { isCommonPassword } from "@/lib/auth/passwords";
import { canonicalizeEmail, hasHiddenCharacter, isEmail } from "@/lib/email";
import { log } from "@/lib/log";
import { removeInvisible, removeStrayMarks, toPlainLine } from "@/lib/plain-text";

export type FieldError = { text: string; link?: { href: string; text: string } };

/** What a form's server action returns when it does not redirect. */
export type FormState = {
  /** What was typed, without passwords. */
  values: Record<string, string>;
  errors: Record<string, FieldError>;
  message?: { kind: "done" | "problem"; text: string };
};

/** For a form that is sent after its session has ended: a redirect would lose what was typed. */
export const SIGNED_OUT: FormState["message"] = {
  kind: "problem",
  text: "Your session has ended. Sign in again in another tab, then send this form again. Nothing you typed is lost.",
};

const MAX_FIELD = 16_384;
const TOO_LONG = "This is too long. Shorten it: only the first 16,000 characters were kept.";

const HAS_CONTROL_CHARACTER = /\p{Cc}/u;
const CONTROL_CHARACTERS = "Remove the invisible characters. They often come with pasted text.";

const tooLong = (max: number) => `Use at most ${max} characters.`;

/** Text of at most `max` characters. The size is checked first: Unicode normalization can take quadratic time. */
const sized = (max: number, clean: (text: string) => string) =>
  z
    .string()
    .max(4 * max, { error: tooLong(max), abort: true })
    .transform(clean)
    .refine((text) => [...text].length <= max, { error: tooLong(max), abort: true });

/** One line of text. `name` completes the sentence "Enter …". */
export const line = (name: string, max: number) =>
  sized(max, (text) => text.normalize("NFC").trim())
    .refine((text) => text !== "", { error: `Enter ${name}.`, abort: true })
    .refine((text) => !HAS_CONTROL_CHARACTER.test(text) && removeInvisible(text) === text, CONTROL_CHARACTERS)
    .transform((text) => text.replace(/\s+/gu, " "));

/** One line of text without invisible characters, which phones paste along with numbers and names. */
export const plainLine = (name: string, max: number) =>
  sized(max, toPlainLine).refine((text) => text !== "", `Enter ${name}.`);

export const paragraphs = (min: number, max: number, tooShort: string) =>
  sized(max, (text) =>
    removeStrayMarks(removeInvisible(text.replace(/\r\n?|[\u2028\u2029]/g, "\n")).normalize("NFC")).trim(),
  )
    .refine((text) => [...text].length >= min, { error: tooShort, abort: true })
    .refine((text) => !HAS_CONTROL_CHARACTER.test(text.replace(/[\n\t]/g, "")), CONTROL_CHARACTERS);

const personName = (name: string) =>
  line(name, 60)
    .refine((text) => /\p{L}/u.test(text), "A name needs at least one letter.")
    .refine(
      (text) => removeStrayMarks(text) === text,
      "Check the accents: each follows a letter, and a letter has at most five.",
    );

export const firstName = personName("your first name");
export const lastName = personName("your last name");

export const email = z
  .string()
  .max(1_000, { error: tooLong(254), abort: true })
  .refine((text) => text.trim() !== "", { error: "Enter your email address.", abort: true })
  .refine((text) => !hasHiddenCharacter(text), {
    error: "This address contains invisible characters. Type it instead of pasting it.",
    abort: true,
  })
  .transform(canonicalizeEmail)
  .refine((text) => text.length <= 254, { error: tooLong(254), abort: true })
  .refine(isEmail, "Enter an email address like name@example.com.");

export const newPassword = z
  .string()
  .min(1, { error: "Choose a password.", abort: true })
  .max(4 * 128, { error: tooLong(128), abort: true })
  .refine((text) => [...text].length >= 10, { error: "Use at least 10 characters.", abort: true })
  .refine((text) => [...text].length <= 128, { error: tooLong(128), abort: true })
  .refine((text) => !HAS_CONTROL_CHARACTER.test(text), CONTROL_CHARACTERS)
  .refine((text) => !isCommonPassword(text), "This password is too common. Choose another.");

/** A field's text; "" if it is missing or too long. Anybody can call an action, with anything. */
export function readField(formData: unknown, name: string): string {
  const text = readText(formData, name);
  return text.length > MAX_FIELD ? "" : text;
}

function readText(formData: unknown, name: string): string {
  const value = formData instanceof FormData ? formData.get(name) : "";
  return typeof value === "string" ? value : "";
}

/** Validates a form. Without `data`, `state` holds what was typed and each field's first error. */
export function readForm<Schema extends z.ZodObject>(
  schema: Schema,
  formData: FormData,
): { state: FormState; data?: undefined } | { state: FormState; data: z.output<Schema> } {
  const typed: Record<string, string> = {};
  const state: FormState = { values: {}, errors: {} };
  for (const name of Object.keys(schema.shape)) {
    const text = readText(formData, name);
    typed[name] = text.slice(0, MAX_FIELD).toWellFormed();
    if (text.length > MAX_FIELD) state.errors[name] = { text: TOO_LONG };
    if (!/password/i.test(name)) state.values[name] = typed[name];
  }
  const result = schema.safeParse(typed);
  if (result.success && Object.keys(state.errors).length === 0) return { state, data: result.data };
  for (const { path, message } of result.error?.issues ?? []) state.errors[String(path[0])] ??= { text: message };
  return { state };
}

/** Runs a form's work. When it fails, the form says so and keeps what was typed. */
export async function withFormErrors(
  state: FormState,
  problem: string,
  work: () => Promise<FormState>,
): Promise<FormState> {
  try {
    return await work();
  } catch (error) {
    unstable_rethrow(error);
    log.error({ err: error }, "form failed");
    return { ...state, message: { kind: "problem", text: problem } };
  }
}
