"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { confirmAddress, confirmRegistration, needsPassword } from "@/lib/auth/email-address";
import { readLink, type EmailLink } from "@/lib/auth/email-links";
import { getUser } from "@/lib/auth/session";
import { signInWith } from "@/lib/auth/sign-in";
import { problem, submitForm, wrongField, type FormState, type Outcome } from "@/lib/form";
import { getTranslations } from "@/lib/i18n/request";

const schema = z.object({ link: z.string(), password: z.string() });

export async function confirmEmailAction(_: FormState, formData: FormData): Promise<FormState> {
  const t = await getTranslations("confirmEmail");
  return submitForm(schema, formData, t("failure"), async ({ link: id, password }) => {
    const link = await readLink("confirm-email", id);
    if (!link) return problem(t("used"));
    if (link.purpose === "registration") return register(link, password);
    const user = await getUser();
    if (!user || user.id !== link.userId) return problem(t("foreign"));
    const result = await confirmAddress(user, link);
    if (result !== "done") return problem(t(result));
    redirect("/portal/account?email-confirmed");
  });
}

async function register(link: EmailLink, password: string): Promise<Outcome> {
  const t = await getTranslations("confirmEmail");
  if ((await needsPassword(link)) && !password) return wrongField("password", t("enterPassword"));
  const user = await confirmRegistration(link, password);
  if (user === "wrong-password") return wrongField("password", t("wrongPassword"));
  if (typeof user === "string") return problem(t(user));
  const result = await signInWith({ method: "registration", email: user.email, verify: async () => user });
  redirect(result === "signed-in" ? "/portal" : "/login?registered");
}
