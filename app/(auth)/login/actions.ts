"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { toSafePath } from "@/lib/auth/callback-url";
import { signInWithPassword, startProviderSignIn } from "@/lib/auth/sign-in";
import { env } from "@/lib/env";
import { line, problem, readField, required, submitForm, type FormState } from "@/lib/form";
import { explainSignIn } from "@/lib/sign-in-messages";

const schema = z.object({ email: line("enterEmail", 254), password: required("enterPassword") });

export async function signInAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitForm(schema, formData, await explainSignIn("unavailable"), async ({ email, password }) => {
    const result = await signInWithPassword(email, password);
    const callbackUrl = toSafePath(readField(formData, "callbackUrl"));
    if (result === "signed-in") redirect(callbackUrl);
    if (result === "passkey-required") redirect(`/login/passkey?${new URLSearchParams({ callbackUrl })}`);
    return problem(await explainSignIn(result));
  });
}

export async function continueWithProviderAction(formData: FormData): Promise<void> {
  const callbackUrl = toSafePath(readField(formData, "callbackUrl"));
  if (!env().oidc) redirect("/login");
  redirect(
    (await startProviderSignIn(callbackUrl)) ?? `/login?${new URLSearchParams({ error: "OAuthSignin", callbackUrl })}`,
  );
}
