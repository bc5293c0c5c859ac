"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import type { Announcement } from "@/components/ui/announcing-form";
import { reauthenticateWithPasskey, reauthenticateWithPassword } from "@/lib/auth/reauthentication";
import { requireUser } from "@/lib/auth/session";
import { startProviderSignIn } from "@/lib/auth/sign-in";
import { toRefusal } from "@/lib/auth/sign-in-limits";
import { env } from "@/lib/env";
import { readForm, withFormErrors, type FormState } from "@/lib/form";
import { explainPasskey } from "@/lib/portal/passkey-messages";
import { explainSignIn, explainSignInCode } from "@/lib/portal/sign-in-messages";

const schema = z.object({ password: z.string().min(1, "Enter your password.") });
const UNAVAILABLE = "We couldn't check this right now. Please try again in a minute.";

export async function confirmPasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  if (!data) return state;
  return withFormErrors(state, UNAVAILABLE, async () => {
    const result = await reauthenticateWithPassword(await requireUser(), data.password).catch(toRefusal);
    if (typeof result === "object") return { ...state, message: { kind: "problem", text: explainSignIn(result) } };
    if (!result) return { ...state, errors: { password: { text: "This is not your password." } } };
    revalidatePath("/portal/account");
    return state;
  });
}

export async function confirmPasskeyAction(json: unknown): Promise<FormState["message"]> {
  const problem = await reauthenticateWithPasskey(await requireUser(), json);
  if (problem) return { kind: "problem", text: explainPasskey(problem) };
  revalidatePath("/portal/account");
}

export async function signInAgainAction(): Promise<Announcement | null> {
  await requireUser();
  const url = env().oidc && (await startProviderSignIn("/portal/account", { prompt: "login" }));
  if (url) redirect(url);
  return { text: explainSignInCode("OAuthSignin"), isProblem: true };
}
