"use server";

import { z } from "zod";
import { requestReset } from "@/lib/auth/password-reset";
import { env } from "@/lib/env";
import { done, email, problem, submitForm, type FormState } from "@/lib/form";
import { formatMinutes } from "@/lib/format";

const FAILURE = "We can't send a link right now. Please try again in a minute.";

export async function forgotPasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitForm(z.object({ email }), formData, FAILURE, async ({ email }) => {
    if (!env().mail) return {};
    const seconds = await requestReset(email);
    return seconds > 0
      ? problem(`Many links were requested just now. Please try again in ${formatMinutes(seconds)}.`)
      : done(
          "If this address has an account, a link is on its way. It works for 30 minutes. Nothing in your inbox? Look in your spam folder.",
        );
  });
}
