import "server-only";
import { unstable_rethrow } from "next/navigation";
import { z } from "zod";
import { isCommonPassword } from "@/lib/auth/common-passwords";
import { log } from "@/lib/log";

export type FieldError = { text: string; link?: { href: string; text: string } };

/** What a form's server action answers when it does not redirect. */
export type FormState = {
  /** What was typed, to be shown again. Never a password. */
  values: Record<string, string>;
  errors: Record<string, FieldError>;
  message?: { kind: "done" | "problem"; text: string };
};

/** For a form that is sent after its session has ended: a redirect to the login page would lose what was typed. */
export const SIGNED_OUT: FormState["message"] = {
  kind: "problem",
  text: "You are signed out by now. Sign in in another tab, then send this again: nothing you typed is lost.",
};

const HAS_CONTROL_CHARACTER = /\p{Cc}/u;
const CONTROL_CHARACTERS = "Remove the characters that cannot be seen: they often come along when you paste.";

/** One line of text. `name` completes the sentence "Enter …". */
export const line = (name: string, max: number) =>
  z
    .string()
    .trim()
    .min(1, `Enter ${name}.`)
    .max(max, `Use at most ${max} characters.`)
    .refine((text) => !HAS_CONTROL_CHARACTER.test(text), CONTROL_CHARACTERS);

/** Text in paragraphs. Browsers send line breaks as CR LF: each counts as one character. */
export const paragraphs = (min: number, max: number, tooShort: string) =>
  z
    .string()
    .transform((text) => text.replace(/\r\n?/g, "\n").trim())
    .pipe(
      z
        .string()
        .min(min, tooShort)
        .max(max, `Use at most ${max} characters.`)
        .refine((text) => !HAS_CONTROL_CHARACTER.test(text.replace(/[\n\t]/g, "")), CONTROL_CHARACTERS),
    );

/** A name, with a letter that can be seen in it. */
const personName = (name: string) => line(name, 60).regex(/\p{L}/u, `Enter ${name}.`);

export const firstName = personName("your first name");
export const lastName = personName("your last name");

export const email = line("your e-mail address", 254).regex(
  /^[^\s@"<>(),;:]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/u,
  "Enter an e-mail address like name@example.com.",
);

/** A new password: long rather than artful. Counted in characters as people see them typed, of any script. */
export const newPassword = z
  .string()
  .min(1, "Choose a password.")
  .refine((text) => [...text].length >= 10, "Use at least 10 characters.")
  .refine((text) => [...text].length <= 128, "Use at most 128 characters.")
  .refine((text) => !HAS_CONTROL_CHARACTER.test(text), CONTROL_CHARACTERS)
  .refine(
    (text) => !isCommonPassword(text),
    "That is among the first passwords that anybody would guess. Choose another.",
  );

/** A field's text, "" for none. An action can be called past its form, with anything. */
export function readField(formData: unknown, name: string): string {
  const value = formData instanceof FormData ? formData.get(name) : "";
  return typeof value === "string" ? value : "";
}

/** Checks a form's fields: what was typed comes back with each field's first error, or the data. */
export function readForm<Schema extends z.ZodObject>(
  schema: Schema,
  formData: FormData,
): { state: FormState; data?: undefined } | { state: FormState; data: z.output<Schema> } {
  const typed: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) typed[name] = readField(formData, name);
  const values = Object.fromEntries(Object.entries(typed).filter(([name]) => !/password/i.test(name)));
  const state: FormState = { values, errors: {} };
  const result = schema.safeParse(typed);
  if (result.success) return { state, data: result.data };
  for (const { path, message } of result.error.issues) state.errors[String(path[0])] ??= { text: message };
  return { state };
}

/** Runs a form's work. When it fails, the form says so and keeps what was typed, instead of an error page that loses it. */
export async function keepTyped(state: FormState, problem: string, work: () => Promise<FormState>): Promise<FormState> {
  try {
    return await work();
  } catch (error) {
    // Redirects are thrown.
    unstable_rethrow(error);
    log("error", "form failed", { error });
    return { ...state, message: { kind: "problem", text: problem } };
  }
}
