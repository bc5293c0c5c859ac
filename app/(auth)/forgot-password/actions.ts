"use server";

import { z } from "zod";
import { requestReset } from "@/lib/auth/password-reset";
import { env } from "@/lib/env";
import { done, email, problem, submitForm, type FormState } from "@/lib/form";
import { toMinutes } from "@/lib/format";
import { getTranslations } from "@/lib/i18n/request";

export async function forgotPasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  const t = await getTranslations("forgotPassword");
  return submitForm(z.object({ email }), formData, t("failure"), async ({ email }) => {
    if (!env().mail) return {};
    const seconds = await requestReset(email);
    return seconds > 0 ? problem(t("wait", { minutes: toMinutes(seconds) })) : done(t("done"));
  });
}
