"use server";

import { z } from "zod";
import { requestReset } from "@/lib/auth/password-reset";
import { env } from "@/lib/env";
import { email, readForm, withFormErrors, type FormState } from "@/lib/form";
import { formatMinutes } from "@/lib/format";

const SENT =
  "If this address has an account, a link is on its way. It works for 30 minutes. Nothing in your inbox? Look in your spam folder.";

export async function forgotPasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(z.object({ email }), formData);
  if (!data || !env().mail) return state;
  return withFormErrors(state, "We can't send a link right now. Please try again in a minute.", async () => {
    const seconds = await requestReset(data.email);
    if (seconds === 0) return { ...state, message: { kind: "done", text: SENT } };
    const text = `Many links were requested just now. Please try again in ${formatMinutes(seconds)}.`;
    return { ...state, message: { kind: "problem", text } };
  });
}
