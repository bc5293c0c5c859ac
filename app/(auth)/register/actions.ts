"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { requestRegistration } from "@/lib/auth/email-address";
import { hasCookies, signInWithPassword } from "@/lib/auth/sign-in";
import { toRefusal } from "@/lib/auth/sign-in-limits";
import { registerUser } from "@/lib/auth/users";
import { env } from "@/lib/env";
import { checkOwnPassword, email, firstName, lastName, newPassword, problem } from "@/lib/form";
import { readField, readForm, withFormErrors, wrongField, type FormState } from "@/lib/form";
import { toMinutes } from "@/lib/format";
import { getTranslations } from "@/lib/i18n/request";
import { explainSignIn } from "@/lib/sign-in-messages";

const schema = z.object({ firstName, lastName, email, password: newPassword });

export async function registerAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = await readForm(schema, formData);
  const refused = await checkOwnPassword(state, "password", readField(formData, "password"), data ?? state.values);
  if (refused || !data) return refused ?? state;
  const t = await getTranslations("register");
  return withFormErrors(state, t("failure"), async () => {
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
