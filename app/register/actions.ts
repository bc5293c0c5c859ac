"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { countRegistration } from "@/lib/auth/limits";
import { BusyError } from "@/lib/auth/passwords";
import { hasCookies, signInWithPassword } from "@/lib/auth/sign-in";
import { registerUser } from "@/lib/auth/users";
import { explainSignIn } from "@/lib/portal/sign-in-problems";
import { email, firstName, keepTyped, lastName, newPassword, readForm, type FormState } from "@/lib/portal/form";

const schema = z.object({ firstName, lastName, email, password: newPassword });

export async function registerAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  if (!data) return state;
  return keepTyped(state, "We cannot open your account just now. Please try again in a minute.", async () => {
    if (!(await hasCookies())) return { ...state, message: { kind: "problem", text: explainSignIn("no-cookies") } };
    const secondsToWait = await countRegistration();
    if (secondsToWait > 0) {
      const minutes = Math.ceil(secondsToWait / 60);
      const text = `Too many accounts were opened just now. Please try again in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
      return { ...state, message: { kind: "problem", text } };
    }
    const registered = await registerUser(data).catch((error: unknown) => {
      if (error instanceof BusyError) return error;
      throw error;
    });
    if (registered instanceof BusyError)
      return { ...state, message: { kind: "problem", text: explainSignIn({ busy: registered.seconds }) } };
    if (!registered) {
      const link = { href: "/login", text: "Sign in instead" };
      return { ...state, errors: { email: { text: "There is an account with this e-mail address already.", link } } };
    }
    const result = await signInWithPassword(data.email, data.password);
    redirect(result === "signed-in" ? "/portal" : "/login?registered");
  });
}
