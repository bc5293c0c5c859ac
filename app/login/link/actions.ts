"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { linkAccount, linkRequestCookie, readLinkRequest } from "@/lib/auth/provider-accounts";
import { signInWith } from "@/lib/auth/sign-in";
import { withFormErrors, readForm, type FormState } from "@/lib/form";
import { explainSignIn } from "@/lib/portal/sign-in-messages";

const schema = z.object({ password: z.string().min(1, "Enter your password.") });

export async function linkAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  if (!data) return state;
  return withFormErrors(state, explainSignIn("unavailable"), async () => {
    const request = await readLinkRequest();
    if (!request) redirect("/login?error=LinkExpired");
    const verify = () => linkAccount(request, data.password);
    const result = await signInWith({ method: "provider", email: request.email, verify });
    if (result === "signed-in") redirect(request.callbackUrl);
    return result === "refused"
      ? { ...state, errors: { password: { text: "This is not the password of this account." } } }
      : { ...state, message: { kind: "problem", text: explainSignIn(result) } };
  });
}

export async function cancelLinkAction(): Promise<void> {
  await linkRequestCookie.clear();
  redirect("/login");
}
