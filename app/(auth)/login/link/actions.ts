"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { linkAccount, linkRequestCookie, readLinkRequest } from "@/lib/auth/provider-accounts";
import { signInWith } from "@/lib/auth/sign-in";
import { problem, submitForm, wrongField, type FormState } from "@/lib/form";
import { explainSignIn } from "@/lib/sign-in-messages";

const schema = z.object({ password: z.string().min(1, "Enter your password.") });

export async function linkAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitForm(schema, formData, explainSignIn("unavailable"), async ({ password }) => {
    const request = await readLinkRequest();
    if (!request) redirect("/login?error=LinkExpired");
    const verify = () => linkAccount(request, password);
    const result = await signInWith({ method: "provider", email: request.email, verify });
    if (result === "signed-in") redirect(request.callbackUrl);
    return result === "refused"
      ? wrongField("password", "This is not the password of this account.")
      : problem(explainSignIn(result));
  });
}

export async function cancelLinkAction(): Promise<void> {
  await linkRequestCookie.clear();
  redirect("/login");
}
