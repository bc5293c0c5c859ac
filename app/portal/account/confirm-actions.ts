"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { reauthenticateWithPasskey, reauthenticateWithPassword } from "@/lib/auth/reauthentication";
import { requireUser } from "@/lib/auth/session";
import { problem, required, submitForm, wrongField, type FormState, type Outcome } from "@/lib/form";
import { getTranslations } from "@/lib/i18n/request";
import { explainPasskey } from "@/lib/sign-in-messages";

const schema = z.object({ password: required("enterPassword") });

export async function confirmPasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  const t = await getTranslations("confirmIdentity");
  return submitForm(schema, formData, t("failure"), async ({ password }) => {
    const isRight = await reauthenticateWithPassword(await requireUser(), password);
    if (!isRight) return wrongField("password", t("wrongPassword"));
    revalidatePath("/portal/account");
    return {};
  });
}

export async function confirmPasskeyAction(json: unknown): Promise<Outcome> {
  const refusal = await reauthenticateWithPasskey(await requireUser(), json);
  if (refusal) return problem(await explainPasskey(refusal));
  revalidatePath("/portal/account");
  return {};
}
