"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { DEMO_CUSTOMERS, DEMO_PASSWORD } from "@/components/portal/demo-sign-in";
import { toSafePath } from "@/lib/auth/callback-url";
import { signInWithPassword, startProviderSignIn } from "@/lib/auth/sign-in";
import { explainSignIn, toSignInCode } from "@/lib/portal/sign-in-messages";
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
    if (result === "signed-in") redirect(toSafePath(readField(formData, "callbackUrl")));
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

/** One click for a demo. Refused where the sandbox is off: there these customers may not exist, or be somebody. */
export async function signInAsDemoAction(formData: FormData): Promise<void> {
  const customer = DEMO_CUSTOMERS.find(({ email }) => email === readField(formData, "customer"));
  if (!env().isSandboxOn || !customer) redirect("/login");
  const result = await signInWithPassword(customer.email, DEMO_PASSWORD);
  if (result === "signed-in") redirect(toSafePath(readField(formData, "callbackUrl")));
  redirect(`/login?error=${toSignInCode(result)}`);
}
