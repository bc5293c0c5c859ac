"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { readLink } from "@/lib/auth/email-links";
import { findPasswordProblem } from "@/lib/auth/password-rules";
import { resetPassword } from "@/lib/auth/password-reset";
import { newPassword, problem, submitForm, wrongField, type FormState } from "@/lib/form";

const schema = z.object({ link: z.string(), newPassword });
const FAILURE = "We couldn't save your password. Please try again in a minute.";

export async function resetPasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitForm(schema, formData, FAILURE, async ({ link: id, newPassword }) => {
    const used = problem(
      'This link no longer works: it was used before, has expired, or another link was opened. You can ask for a new one with "Forgot your password?" on the sign-in page.',
    );
    const link = await readLink("reset-password", id);
    if (!link) return used;
    const weakness = findPasswordProblem(newPassword, link.user!);
    if (weakness) return wrongField("newPassword", weakness);
    const options = { removeLinks: formData.has("removeLinks"), removePasskeys: formData.has("removePasskeys") };
    if (!(await resetPassword(link, newPassword, options))) return used;
    redirect("/login?password-changed");
  });
}
