"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { linkAccount, linkRequestCookie, readLinkRequest } from "@/lib/auth/provider-accounts";
import { signInWith } from "@/lib/auth/sign-in";
import { problem, required, submitForm, wrongField, type FormState } from "@/lib/form";
import { getTranslations } from "@/lib/i18n/request";
import { explainSignIn } from "@/lib/sign-in-messages";

const schema = z.object({ password: required("enterPassword") });

export async function linkAction(_: FormState, formData: FormData): Promise<FormState> {
  const t = await getTranslations("link");
  return submitForm(schema, formData, await explainSignIn("unavailable"), async ({ password }) => {
    const request = await readLinkRequest();
    if (!request) redirect("/login?error=LinkExpired");
    const verify = () => linkAccount(request, password);
    const result = await signInWith({ method: "provider", email: request.email, verify });
    if (result === "signed-in") redirect(request.callbackUrl);
    return result === "refused" ? wrongField("password", t("wrongPassword")) : problem(await explainSignIn(result));
  });
}

export async function cancelLinkAction(): Promise<void> {
  await linkRequestCookie.clear();
  redirect("/login");
}
