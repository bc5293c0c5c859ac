"use server";

import { getFormUser, getUser } from "@/lib/auth/session";
import { saveLanguage } from "@/lib/auth/users";
import { problem, readField, type Outcome } from "@/lib/form";
import { toLanguage } from "@/lib/i18n/languages";
import { getTranslations, writeLanguageCookie } from "@/lib/i18n/request";

/** A server action that sets a cookie, so Next renders the page again, around what was typed. */
export async function switchLanguageAction(_: Outcome, formData: FormData): Promise<Outcome> {
  const language = toLanguage(readField(formData, "language"));
  if (!language) return {};
  const isOfCustomer = readField(formData, "customer") !== "";
  const user = await (isOfCustomer ? getFormUser(formData) : getUser());
  // Rendered again, the page would lead to sign-in, and what was typed would be lost.
  if (isOfCustomer && !user) return problem((await getTranslations("form"))("signedOut"));
  if (user) await saveLanguage(user, language);
  await writeLanguageCookie(language);
  return {};
}
