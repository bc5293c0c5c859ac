"use server";

import { resendRegistration } from "@/lib/auth/email-address";
import { formatMinutes } from "@/lib/format";
import { withFormErrors, type FormState } from "@/lib/form";

export async function resendAction(state: FormState): Promise<FormState> {
  return withFormErrors(state, "We can't send this right now. Please try again in a minute.", async () => {
    const seconds = await resendRegistration();
    if (seconds === 0) return { ...state, message: { kind: "done", text: "Sent again" } };
    const text = `We have sent it several times. Please wait ${formatMinutes(seconds)}, then try again.`;
    return { ...state, message: { kind: "problem", text } };
  });
}
