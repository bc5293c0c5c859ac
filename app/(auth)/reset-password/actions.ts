"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { readLink } from "@/lib/auth/email-links";
import { findPasswordProblem } from "@/lib/auth/password-rules";
import { resetPassword } from "@/lib/auth/password-reset";
import { newPassword, problem, submitForm, wrongField, type FormState } from "@/lib/form";
import { getTranslations } from "@/lib/i18n/request";

const schema = z.object({ link: z.string(), newPassword });

export async function resetPasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  const t = await getTranslations("resetPassword");
  return submitForm(schema, formData, t("failure"), async ({ link: id, newPassword }) => {
    const used = problem(t("used"));
    const link = await readLink("reset-password", id);
    if (!link) return used;
    const weakness = findPasswordProblem(newPassword, link.user!);
    if (weakness) return wrongField("newPassword", (await getTranslations("form"))(weakness));
    const options = { removeLinks: formData.has("removeLinks"), removePasskeys: formData.has("removePasskeys") };
    if (!(await resetPassword(link, newPassword, options))) return used;
    redirect("/login?password-changed");
  });
}
