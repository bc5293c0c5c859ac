"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { undoEmailChange } from "@/lib/auth/email-address";
import { readLink } from "@/lib/auth/email-links";
import { problem, submitForm, type FormState } from "@/lib/form";
import { getTranslations } from "@/lib/i18n/request";

const schema = z.object({ link: z.string() });

export async function undoEmailChangeAction(_: FormState, formData: FormData): Promise<FormState> {
  const t = await getTranslations("undoEmailChange");
  return submitForm(schema, formData, t("failure"), async ({ link: id }) => {
    const link = await readLink("undo-email-change", id);
    const result = link ? await undoEmailChange(link) : "used";
    if (result === "done") redirect("/reset-password");
    return problem(t(result));
  });
}
