"use server";

import { resendRegistration } from "@/lib/auth/email-address";
import { done, problem, withFormErrors, type FormState } from "@/lib/form";
import { toMinutes } from "@/lib/format";
import { getTranslations } from "@/lib/i18n/request";

export async function resendAction(state: FormState): Promise<FormState> {
  const t = await getTranslations("checkInbox");
  return withFormErrors(state, t("failure"), async () => {
    const seconds = await resendRegistration();
    return seconds > 0 ? problem(t("wait", { minutes: toMinutes(seconds) })) : done(t("done"));
  });
}
