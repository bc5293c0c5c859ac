"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { countRegistration } from "@/lib/auth/sign-in-limits";
import { BusyError } from "@/lib/auth/passwords";
import { hasCookies, signInWithPassword } from "@/lib/auth/sign-in";
import { registerUser } from "@/lib/auth/users";
import { formatMinutes } from "@/lib/portal/format";
import { explainSignIn } from "@/lib/portal/sign-in-messages";
import { email, firstName, withFormErrors, lastName, newPassword, readForm, type FormState } from "@/lib/form";

const schema = z.object({ firstName, lastName, email, password: newPassword });

export async function registerAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  if (!data) return state;
  return withFormErrors(state, "We can't create your account right now. Please try again in a minute.", async () => {
    if (!(await hasCookies())) return { ...state, message: { kind: "problem", text: explainSignIn("no-cookies") } };
    const secondsToWait = await countRegistration().catch(toBusy);
    if (typeof secondsToWait === "object")
      return { ...state, message: { kind: "problem", text: explainSignIn(secondsToWait) } };
    if (secondsToWait > 0) {
      const text = `Too many accounts were created just now. Please try again in ${formatMinutes(secondsToWait)}.`;
      return { ...state, message: { kind: "problem", text } };
    }
    const registered = await registerUser(data).catch(toBusy);
    if (typeof registered === "object")
      return { ...state, message: { kind: "problem", text: explainSignIn(registered) } };
    if (!registered) {
      const link = { href: "/login", text: "Sign in instead" };
      return { ...state, errors: { email: { text: "There is already an account with this email address.", link } } };
    }
    const result = await signInWithPassword(data.email, data.password);
    redirect(result === "signed-in" ? "/portal" : "/login?registered");
  });
}

function toBusy(error: unknown): { busy: number } {
  if (error instanceof BusyError) return { busy: error.seconds };
  throw error;
}
