"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { readLink } from "@/lib/auth/email-links";
import { resetPassword } from "@/lib/auth/password-reset";
import { toRefusal } from "@/lib/auth/sign-in-limits";
import { checkOwnPassword, newPassword, readField, readForm, withFormErrors, type FormState } from "@/lib/form";
import { explainSignIn } from "@/lib/portal/sign-in-messages";

export async function resetPasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(z.object({ newPassword }), formData);
  return withFormErrors(state, "We couldn't save your password. Please try again in a minute.", async () => {
    const link = await readLink("reset-password", readField(formData, "link"));
    const problem = (text: string): FormState => ({ ...state, message: { kind: "problem", text } });
    const used = problem("This link no longer works: it was used before, has expired, or another link was opened.");
    if (!link) return used;
    if (!data) return state;
    const refused = checkOwnPassword(state, "newPassword", data.newPassword, link.user!);
    if (refused) return refused;
    const options = { removeLinks: formData.has("removeLinks"), removePasskeys: formData.has("removePasskeys") };
    const result = await resetPassword(link, data.newPassword, options).catch(toRefusal);
    if (typeof result === "object") return problem(explainSignIn(result));
    if (!result) return used;
    redirect("/login?password-changed");
  });
}
