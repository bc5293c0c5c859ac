"use server";

import { getUser } from "@/lib/auth/session";
import { saveLanguage } from "@/lib/auth/users";
import { readField, type Outcome } from "@/lib/form";
import { toLanguage } from "@/lib/i18n/languages";
import { writeLanguageCookie } from "@/lib/i18n/request";

/** A server action that sets a cookie, so Next renders the page again, around what was typed. */
export async function switchLanguageAction(_: Outcome, formData: FormData): Promise<Outcome> {
  const language = toLanguage(readField(formData, "language"));
  if (!language) return {};
  const user = await getUser();
  if (user) await saveLanguage(user, language);
  await writeLanguageCookie(language);
  return {};
}
