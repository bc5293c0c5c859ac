"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { toSafePath } from "@/lib/auth/callback-url";
import { signInWithPassword, startProviderSignIn } from "@/lib/auth/sign-in";
import { explainSignIn } from "@/lib/portal/sign-in-messages";
import { env } from "@/lib/env";
import { withFormErrors, line, readField, readForm, type FormState } from "@/lib/form";

const schema = z.object({
  email: line("your email address", 254),
  password: z.string().min(1, "Enter your password."),
});

export async function signInAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  if (!data) return state;
  return withFormErrors(state, explainSignIn("unavailable"), async () => {
    const result = await signInWithPassword(data.email, data.password);
    const callbackUrl = toSafePath(readField(formData, "callbackUrl"));
    if (result === "signed-in") redirect(callbackUrl);
    if (result === "passkey-required") redirect(`/login/passkey?${new URLSearchParams({ callbackUrl })}`);
    return { ...state, message: { kind: "problem", text: explainSignIn(result) } };
  });
}

export async function continueWithProviderAction(formData: FormData): Promise<void> {
  const callbackUrl = toSafePath(readField(formData, "callbackUrl"));
  if (!env().oidc) redirect("/login");
  redirect(
    (await startProviderSignIn(callbackUrl)) ?? `/login?${new URLSearchParams({ error: "OAuthSignin", callbackUrl })}`,
  );
}
