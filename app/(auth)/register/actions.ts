"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { requestRegistration } from "@/lib/auth/email-address";
import { hasCookies, signInWithPassword } from "@/lib/auth/sign-in";
import { toRefusal } from "@/lib/auth/sign-in-limits";
import { registerUser } from "@/lib/auth/users";
import { env } from "@/lib/env";
import { checkOwnPassword, email, firstName, lastName, newPassword, problem } from "@/lib/form";
import { readField, readForm, withFormErrors, wrongField, type FormState } from "@/lib/form";
import { formatMinutes } from "@/lib/format";
import { explainSignIn } from "@/lib/sign-in-messages";

const schema = z.object({ firstName, lastName, email, password: newPassword });

export async function registerAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  const refused = checkOwnPassword(state, "password", readField(formData, "password"), data ?? state.values);
  if (refused || !data) return refused ?? state;
  return withFormErrors(state, "We can't create your account right now. Please try again in a minute.", async () => {
    if (!(await hasCookies())) return problem(explainSignIn("no-cookies"));
    const isByMail = env().mail?.kind === "smtp";
    const registered = await (isByMail ? requestRegistration(data) : registerUser(data)).catch(toRefusal);
    if (typeof registered === "object")
      return problem("locked" in registered ? explainLock(registered.locked) : explainSignIn(registered));
    if (isByMail) redirect("/register/check-inbox");
    if (!registered) {
      const link = { href: "/login", text: "Sign in instead" };
      return wrongField("email", "There is already an account with this email address.", link);
    }
    const result = await signInWithPassword(data.email, data.password);
    redirect(result === "signed-in" ? "/portal" : "/login?registered");
  });
}

const explainLock = (seconds: number) =>
  `Too many accounts were created just now. Please try again in ${formatMinutes(seconds)}.`;
