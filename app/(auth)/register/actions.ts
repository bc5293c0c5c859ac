"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { requestRegistration } from "@/lib/auth/email-address";
import { findPasswordProblem } from "@/lib/auth/password-rules";
import { hasCookies, signInWithPassword } from "@/lib/auth/sign-in";
import { toRefusal } from "@/lib/auth/sign-in-limits";
import { registerUser } from "@/lib/auth/users";
import { env } from "@/lib/env";
import { email, firstName, lastName, newPassword, problem, submitForm, wrongField, type FormState } from "@/lib/form";
import { toMinutes } from "@/lib/format";
import { getTranslations } from "@/lib/i18n/request";
import { explainSignIn } from "@/lib/sign-in-messages";

const schema = z.object({ firstName, lastName, email, password: newPassword });

export async function registerAction(_: FormState, formData: FormData): Promise<FormState> {
  const [t, form] = await Promise.all([getTranslations("register"), getTranslations("form")]);
  return submitForm(schema, formData, t("failure"), async (data) => {
    const weakness = findPasswordProblem(data.password, data);
    if (weakness) return wrongField("password", form(weakness));
    if (!(await hasCookies())) return problem(await explainSignIn("no-cookies"));
    const isByMail = env().mail?.kind === "smtp";
    const registered = await (isByMail ? requestRegistration(data) : registerUser(data)).catch(toRefusal);
    if (typeof registered === "object")
      return problem(
        "locked" in registered
          ? t("locked", { minutes: toMinutes(registered.locked) })
          : await explainSignIn(registered),
      );
    if (isByMail) redirect("/register/check-inbox");
    if (!registered) return wrongField("email", t("taken"), { href: "/login", text: t("signInInstead") });
    const result = await signInWithPassword(data.email, data.password);
    redirect(result === "signed-in" ? "/portal" : "/login?registered");
  });
}
