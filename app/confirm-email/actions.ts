"use server";

import { redirect } from "next/navigation";
import { confirmAddress, confirmRegistration, needsPassword } from "@/lib/auth/email-address";
import { readLink, type EmailLink } from "@/lib/auth/email-links";
import { getUser } from "@/lib/auth/session";
import { signInWith } from "@/lib/auth/sign-in";
import { toRefusal } from "@/lib/auth/sign-in-limits";
import { readField, withFormErrors, type FormState } from "@/lib/form";
import { explainSignIn } from "@/lib/portal/sign-in-messages";

const PROBLEMS = {
  used: "This link no longer works: it was used before, has expired, or another link was opened.",
  taken: "Another account uses this address by now. Sign in to it, or call us.",
};

const problem = (text: string): FormState => ({ values: {}, errors: {}, message: { kind: "problem", text } });

export async function confirmEmailAction(state: FormState, formData: FormData): Promise<FormState> {
  return withFormErrors(state, "We can't confirm your address right now. Please try again in a minute.", async () => {
    const link = await readLink("confirm-email", readField(formData, "link"));
    if (!link) return problem(PROBLEMS.used);
    if (link.purpose === "registration") return register(link, readField(formData, "password"));
    const user = await getUser();
    if (!user || user.id !== link.userId)
      return problem("Sign in to the account that this link belongs to, then open the link again.");
    const result = await confirmAddress(user, link);
    if (result !== "done") return problem(PROBLEMS[result]);
    redirect("/portal/account?email-confirmed");
  });
}

async function register(link: EmailLink, password: string): Promise<FormState> {
  const wrong = (text: string) => ({ values: {}, errors: { password: { text } } });
  if ((await needsPassword(link)) && !password) return wrong("Enter the password that you chose.");
  const user = await confirmRegistration(link, password).catch(toRefusal);
  if (user === "wrong-password") return wrong("This is not the password that was chosen for this account.");
  if (typeof user === "string") return problem(PROBLEMS[user]);
  if (!("id" in user)) return problem(explainSignIn(user));
  const result = await signInWith({ method: "registration", email: user.email, verify: async () => user });
  redirect(result === "signed-in" ? "/portal" : "/login?registered");
}
