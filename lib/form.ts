import "server-only";
import { unstable_rethrow } from "next/navigation";
import { z } from "zod";
import { findPasswordProblem } from "@/lib/auth/password-rules";
import { isTooLong, MAX_CODE_POINTS } from "@/lib/auth/passwords";
import { getFormUser, type SessionUser } from "@/lib/auth/session";
import { toRefusal } from "@/lib/auth/sign-in-limits";
import { canonicalizeEmail, hasHiddenCharacter, isEmail } from "@/lib/email";
import type { Translate } from "@/lib/i18n/messages";
import { getTranslations } from "@/lib/i18n/request";
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

type FormText = Parameters<Translate<"form">>[0];

/** `readForm` translates the key, with what the text needs. */
export const fault = (error: FormText, params?: { count: number }) => ({ error, params, abort: true });

const HAS_CONTROL_CHARACTER = /\p{Cc}/u;

export const atMost = (max: number) => fault("tooLong", { count: max });

// The size is checked first: Unicode normalization can take quadratic time.
const sized = (max: number, clean: (text: string) => string) =>
  z
    .string()
    .refine((text) => text.length <= 4 * max, atMost(max))
    .transform(clean)
    .refine((text) => [...text].length <= max, atMost(max));

export const line = (missing: FormText, max: number) =>
  sized(max, (text) => text.normalize("NFC").trim())
    .refine((text) => text !== "", fault(missing))
    .refine((text) => !HAS_CONTROL_CHARACTER.test(text) && removeInvisible(text) === text, fault("invisibleCharacters"))
    .transform((text) => text.replace(/\s+/gu, " "));

export const plainLine = (missing: FormText, max: number) =>
  sized(max, toPlainLine).refine((text) => text !== "", fault(missing));

export const paragraphs = (min: number, max: number, tooShort: FormText) =>
  sized(max, (text) =>
    removeStrayMarks(removeInvisible(text.replace(/\r\n?|[\u2028\u2029]/g, "\n")).normalize("NFC")).trim(),
  )
    .refine((text) => [...text].length >= min, fault(tooShort, { count: min }))
    .refine((text) => !HAS_CONTROL_CHARACTER.test(text.replace(/[\n\t]/g, "")), fault("invisibleCharacters"));

const personName = (missing: FormText) =>
  line(missing, 60)
    .refine((text) => /\p{L}/u.test(text), fault("nameWithoutLetter"))
    .refine((text) => removeStrayMarks(text) === text, fault("strayAccents"));

export const firstName = personName("enterFirstName");
export const lastName = personName("enterLastName");

export const email = z
  .string()
  .refine((text) => text.length <= 1_000, atMost(254))
  .refine((text) => text.trim() !== "", fault("enterEmail"))
  .refine((text) => !hasHiddenCharacter(text), fault("invisibleInEmail"))
  .transform(canonicalizeEmail)
  .refine((text) => text.length <= 254, atMost(254))
  .refine(isEmail, fault("malformedEmail"));

export const required = (missing: FormText) => z.string().min(1, fault(missing));

export const newPassword = required("choosePassword")
  .refine((text) => !isTooLong(text), atMost(MAX_CODE_POINTS))
  .refine((text) => [...text].length >= 10, fault("shortPassword", { count: 10 }))
  .refine((text) => !HAS_CONTROL_CHARACTER.test(text), fault("invisibleCharacters"))
  .superRefine((text, context) => {
    const problem = findPasswordProblem(text);
    if (problem) context.addIssue(problem);
  });

/** Server actions can be called with any input. */
export function readField(formData: unknown, name: string): string {
  const value = formData instanceof FormData ? formData.get(name) : "";
  return typeof value === "string" ? value : "";
}

export async function readForm<Schema extends z.ZodObject>(
  schema: Schema,
  formData: FormData,
): Promise<{ state: FormState; data?: z.output<Schema> }> {
  const typed = Object.keys(schema.shape).map((name) => [name, readField(formData, name)] as const);
  const values = Object.fromEntries(typed.filter(([name]) => !/password/i.test(name)));
  const { data, error } = schema.safeParse(Object.fromEntries(typed));
  // Not for valid forms: it reads the session.
  const t = error && (await getTranslations("form"));
  const errors: FormState["errors"] = {};
  for (const { path, message, ...issue } of error?.issues ?? []) {
    const params = "params" in issue ? (issue.params as { count: number }) : { count: 0 };
    errors[String(path[0])] ??= { text: t!(message as FormText, params) };
  }
  return { state: { values, errors }, data };
}

export async function checkOwnPassword(
  state: FormState,
  field: string,
  password: string,
  owner: Parameters<typeof findPasswordProblem>[1],
): Promise<FormState | null> {
  const fault = state.errors[field] ? null : findPasswordProblem(password, owner);
  if (!fault) return null;
  const t = await getTranslations("form");
  return { ...state, errors: { ...state.errors, [field]: { text: t(fault) } } };
}

export async function submitForm<Schema extends z.ZodObject>(
  schema: Schema,
  formData: FormData,
  failure: string,
  work: (data: z.output<Schema>) => Promise<Outcome>,
): Promise<FormState> {
  const { state, data } = await readForm(schema, formData);
  return data ? withFormErrors(state, failure, () => work(data)) : state;
}

/** For forms with the hidden field `customer`, which says for whom the form was rendered. */
export async function submitUserForm<Schema extends z.ZodObject>(
  schema: Schema,
  formData: FormData,
  failure: string,
  work: (data: z.output<Schema>, user: SessionUser) => Promise<Outcome>,
): Promise<FormState> {
  const { state, data } = await readForm(schema, formData);
  return withFormErrors(state, failure, async () => {
    const user = await getFormUser(formData);
    if (!user) return problem((await getTranslations("form"))("signedOut"));
    return data ? work(data, user) : {};
  });
}

export async function withFormErrors(
  state: FormState,
  failure: string,
  work: () => Promise<Outcome>,
): Promise<FormState> {
  try {
    const outcome = await work().catch(async (error: unknown) => problem(await explainSignIn(toRefusal(error))));
    return { ...state, ...outcome };
  } catch (error) {
    unstable_rethrow(error);
    log.error({ err: error }, "form failed");
    return { ...state, ...problem(failure) };
  }
}
