"use server";

import { resendRegistration } from "@/lib/auth/email-address";
import { done, problem, withFormErrors, type FormState } from "@/lib/form";
import { formatMinutes } from "@/lib/format";

export async function resendAction(state: FormState): Promise<FormState> {
  return withFormErrors(state, "We can't send this right now. Please try again in a minute.", async () => {
    const seconds = await resendRegistration();
    return seconds > 0
      ? problem(`We have sent it several times. Please wait ${formatMinutes(seconds)}, then try again.`)
      : done("Sent again");
  });
}
