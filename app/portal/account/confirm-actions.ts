"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { reauthenticateWithPasskey, reauthenticateWithPassword } from "@/lib/auth/reauthentication";
import { requireUser } from "@/lib/auth/session";
import { problem, submitForm, wrongField, type FormState, type Outcome } from "@/lib/form";
import { explainPasskey } from "@/lib/sign-in-messages";

const schema = z.object({ password: z.string().min(1, "Enter your password.") });
const FAILURE = "We couldn't check this right now. Please try again in a minute.";

export async function confirmPasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitForm(schema, formData, FAILURE, async ({ password }) => {
    const isRight = await reauthenticateWithPassword(await requireUser(), password);
    if (!isRight) return wrongField("password", "This is not your password.");
    revalidatePath("/portal/account");
    return {};
  });
}

export async function confirmPasskeyAction(json: unknown): Promise<Outcome> {
  const refusal = await reauthenticateWithPasskey(await requireUser(), json);
  if (refusal) return problem(explainPasskey(refusal));
  revalidatePath("/portal/account");
  return {};
}
