"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { confirmAddress, confirmRegistration, needsPassword } from "@/lib/auth/email-address";
import { readLink, type EmailLink } from "@/lib/auth/email-links";
import { getUser } from "@/lib/auth/session";
import { signInWith } from "@/lib/auth/sign-in";
import { problem, submitForm, wrongField, type FormState, type Outcome } from "@/lib/form";

const schema = z.object({ link: z.string(), password: z.string() });
const FAILURE = "We can't confirm your address right now. Please try again in a minute.";

const PROBLEMS = {
  used: "This link no longer works: it was used before, has expired, or another link was opened.",
  taken: "Another account uses this address by now. Sign in to it, or call us.",
};

export async function confirmEmailAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitForm(schema, formData, FAILURE, async ({ link: id, password }) => {
    const link = await readLink("confirm-email", id);
    if (!link) return problem(PROBLEMS.used);
    if (link.purpose === "registration") return register(link, password);
    const user = await getUser();
    if (!user || user.id !== link.userId)
      return problem("Sign in to the account that this link belongs to, then open the link again.");
    const result = await confirmAddress(user, link);
    if (result !== "done") return problem(PROBLEMS[result]);
    redirect("/portal/account?email-confirmed");
  });
}

async function register(link: EmailLink, password: string): Promise<Outcome> {
  if ((await needsPassword(link)) && !password) return wrongField("password", "Enter the password that you chose.");
  const user = await confirmRegistration(link, password);
  if (user === "wrong-password")
    return wrongField("password", "This is not the password that was chosen for this account.");
  if (typeof user === "string") return problem(PROBLEMS[user]);
  const result = await signInWith({ method: "registration", email: user.email, verify: async () => user });
  redirect(result === "signed-in" ? "/portal" : "/login?registered");
}
