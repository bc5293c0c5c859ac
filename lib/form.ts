import "server-only";
import { unstable_rethrow } from "next/navigation";
import { z } from "zod";
import { findPasswordProblem } from "@/lib/auth/password-rules";
import { isTooLong, MAX_CODE_POINTS } from "@/lib/auth/passwords";
import { getFormUser, type SessionUser } from "@/lib/auth/session";
import { toRefusal } from "@/lib/auth/sign-in-limits";
import { canonicalizeEmail, hasHiddenCharacter, isEmail } from "@/lib/email";
import { log } from "@/lib/log";
import { removeInvisible, removeStrayMarks, toPlainLine } from "@/lib/plain-text";
import { explainSignIn } from "@/lib/sign-in-messages";

type FieldError = { text: string; link?: { href: string; text: string } };

export type FormState = {
  values: Record<string, string>;
  errors: Record<string, FieldError>;
  message?: { kind: "done" | "problem"; text: string };
};

/** What an action changes in the state of its form. */
export type Outcome = Partial<FormState>;

export const done = (text: string) => ({ message: { kind: "done", text } }) satisfies Outcome;
export const problem = (text: string) => ({ message: { kind: "problem", text } }) satisfies Outcome;
export const wrongField = (name: string, text: string, link?: FieldError["link"]) =>
  ({ errors: { [name]: { text, link } } }) satisfies Outcome;

export const SIGNED_OUT =
  "Your session has ended. Sign in again in another tab, then send this form again. Nothing you typed is lost.";

const NOT_PROVEN = "Nothing was changed, because it is more than 10 minutes since you proved who you are.";
export const NOT_RECENT = `${NOT_PROVEN} Confirm it's you on this page, then try again.`;
/** For forms with typed text, which a new rendering of the page would lose. */
export const NOT_RECENT_HERE = `${NOT_PROVEN} Open this page in another tab, confirm it's you there, then send this form again.`;

const HAS_CONTROL_CHARACTER = /\p{Cc}/u;
const CONTROL_CHARACTERS = "Remove the invisible characters. They often come with pasted text.";
const tooLong = (max: number) => `Use at most ${max} characters.`;

// The size is checked first: Unicode normalization can take quadratic time.
const sized = (max: number, clean: (text: string) => string) =>
  z
    .string()
    .max(4 * max, { error: tooLong(max), abort: true })
    .transform(clean)
    .refine((text) => [...text].length <= max, { error: tooLong(max), abort: true });

export const line = (name: string, max: number) =>
  sized(max, (text) => text.normalize("NFC").trim())
    .refine((text) => text !== "", { error: `Enter ${name}.`, abort: true })
    .refine((text) => !HAS_CONTROL_CHARACTER.test(text) && removeInvisible(text) === text, CONTROL_CHARACTERS)
    .transform((text) => text.replace(/\s+/gu, " "));

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
      "Check the accents: each must follow a letter, with at most five per letter.",
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
  .refine((text) => !isTooLong(text), { error: tooLong(MAX_CODE_POINTS), abort: true })
  .refine((text) => [...text].length >= 10, { error: "Use at least 10 characters.", abort: true })
  .refine((text) => !HAS_CONTROL_CHARACTER.test(text), CONTROL_CHARACTERS)
  .superRefine((text, context) => {
    const problem = findPasswordProblem(text);
    if (problem) context.addIssue(problem);
  });

/** Server actions can be called with any input. */
export function readField(formData: unknown, name: string): string {
  const value = formData instanceof FormData ? formData.get(name) : "";
  return typeof value === "string" ? value : "";
}

export function readForm<Schema extends z.ZodObject>(
  schema: Schema,
  formData: FormData,
): { state: FormState; data?: z.output<Schema> } {
  const typed = Object.keys(schema.shape).map((name) => [name, readField(formData, name)] as const);
  const values = Object.fromEntries(typed.filter(([name]) => !/password/i.test(name)));
  const { data, error } = schema.safeParse(Object.fromEntries(typed));
  const errors: FormState["errors"] = {};
  for (const { path, message } of error?.issues ?? []) errors[String(path[0])] ??= { text: message };
  return { state: { values, errors }, data };
}

export function checkOwnPassword(
  state: FormState,
  field: string,
  password: string,
  owner: Parameters<typeof findPasswordProblem>[1],
): FormState | null {
  const text = state.errors[field] ? null : findPasswordProblem(password, owner);
  return text === null ? null : { ...state, errors: { ...state.errors, [field]: { text } } };
}

export async function submitForm<Schema extends z.ZodObject>(
  schema: Schema,
  formData: FormData,
  failure: string,
  work: (data: z.output<Schema>) => Promise<Outcome>,
): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  return data ? withFormErrors(state, failure, () => work(data)) : state;
}

/** For forms with the hidden field `customer`, which says for whom the form was rendered. */
export async function submitUserForm<Schema extends z.ZodObject>(
  schema: Schema,
  formData: FormData,
  failure: string,
  work: (data: z.output<Schema>, user: SessionUser) => Promise<Outcome>,
): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  return withFormErrors(state, failure, async () => {
    const user = await getFormUser(formData);
    if (!user) return problem(SIGNED_OUT);
    return data ? work(data, user) : {};
  });
}

export async function withFormErrors(
  state: FormState,
  failure: string,
  work: () => Promise<Outcome>,
): Promise<FormState> {
  try {
    const outcome = await work().catch((error: unknown) => problem(explainSignIn(toRefusal(error))));
    return { ...state, ...outcome };
  } catch (error) {
    unstable_rethrow(error);
    log.error({ err: error }, "form failed");
    return { ...state, ...problem(failure) };
  }
}
