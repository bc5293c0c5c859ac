"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { audit } from "@/lib/audit";
import { toSafePath } from "@/lib/auth/callback-url";
import { notify } from "@/lib/auth/outbox";
import { verifyPasskey } from "@/lib/auth/passkey-ceremonies";
import { passwordProof, redeemRecoveryCode } from "@/lib/auth/recovery-codes";
import { hasCookies, signInWith } from "@/lib/auth/sign-in";
import type { VerifiedUser } from "@/lib/auth/users";
import { plainLine, problem, readField, submitForm, wrongField, type FormState, type Outcome } from "@/lib/form";
import { toMinutes } from "@/lib/format";
import { getTranslations } from "@/lib/i18n/request";
import { explainPasskey, explainSignIn } from "@/lib/sign-in-messages";

type Method = "passkey" | "recovery-code";

const schema = z.object({ code: plainLine("enterRecoveryCode", 60) });

/** A passkey is enough by itself: the device has verified the customer. */
export async function signInWithPasskeyAction(json: unknown, callbackUrl: unknown): Promise<Outcome> {
  if (!(await hasCookies())) return problem(await explainSignIn("no-cookies"));
  const user = await verifyPasskey(null, json);
  if (typeof user !== "string" && "id" in user) return finish("passkey", user, callbackUrl);
  await auditRefusal("passkey", user);
  return problem(await explainPasskey(user));
}

export async function recoveryCodeAction(_: FormState, formData: FormData): Promise<FormState> {
  const t = await getTranslations("passkeyStep");
  return submitForm(schema, formData, await explainSignIn("unavailable"), async ({ code }) => {
    const user = await redeemRecoveryCode(code);
    if (user === "expired") redirect("/login?error=SecondStepExpired");
    if (user !== "wrong-code" && "id" in user) return finish("recovery-code", user, readField(formData, "callbackUrl"));
    await auditRefusal("recovery-code", user, (await passwordProof.read())?.email);
    return user === "wrong-code"
      ? wrongField("code", t("wrongCode"))
      : problem(t("locked", { minutes: toMinutes(user.locked) }));
  });
}

async function finish(method: Method, user: VerifiedUser, callbackUrl: unknown): Promise<Outcome> {
  const result = await signInWith({ method, email: user.email, verify: async () => user });
  // Since the check, the account was disabled or its password changed.
  if (result === "refused") return problem(await explainPasskey("disabled"));
  if (result !== "signed-in") return problem(await explainSignIn(result));
  await passwordProof.clear();
  if (method === "recovery-code") await notify(user, "recovery-code-used");
  redirect(toSafePath(callbackUrl));
}

const auditRefusal = (method: Method, reason: string | { locked: number }, email?: string) =>
  audit("sign-in", "refused", { email }, { method, reason: typeof reason === "string" ? reason : "rate-limited" });
