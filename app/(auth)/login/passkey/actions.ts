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
import { formatMinutes } from "@/lib/format";
import { explainPasskey, explainSignIn } from "@/lib/sign-in-messages";

type Method = "passkey" | "recovery-code";

const schema = z.object({ code: plainLine("one of your recovery codes", 60) });

/** A passkey is enough by itself: the device has verified the customer. */
export async function signInWithPasskeyAction(json: unknown, callbackUrl: unknown): Promise<Outcome> {
  if (!(await hasCookies())) return problem(explainSignIn("no-cookies"));
  const user = await verifyPasskey(null, json);
  if (typeof user !== "string" && "id" in user) return finish("passkey", user, callbackUrl);
  await auditRefusal("passkey", user);
  return problem(explainPasskey(user));
}

export async function recoveryCodeAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitForm(schema, formData, explainSignIn("unavailable"), async ({ code }) => {
    const user = await redeemRecoveryCode(code);
    if (user === "expired") redirect("/login?error=SecondStepExpired");
    if (user !== "wrong-code" && "id" in user) return finish("recovery-code", user, readField(formData, "callbackUrl"));
    await auditRefusal("recovery-code", user, (await passwordProof.read())?.email);
    return user === "wrong-code"
      ? wrongField("code", "This is not a recovery code of your account, or it was used.")
      : problem(`Too many wrong codes. Wait ${formatMinutes(user.locked)}, then try again, or call us.`);
  });
}

async function finish(method: Method, user: VerifiedUser, callbackUrl: unknown): Promise<Outcome> {
  const result = await signInWith({ method, email: user.email, verify: async () => user });
  // Since the check, the account was disabled or its password changed.
  if (result === "refused") return problem(explainPasskey("disabled"));
  if (result !== "signed-in") return problem(explainSignIn(result));
  await passwordProof.clear();
  if (method === "recovery-code") await notify(user, "recovery-code-used");
  redirect(toSafePath(callbackUrl));
}

const auditRefusal = (method: Method, reason: string | { locked: number }, email?: string) =>
  audit("sign-in", "refused", { email }, { method, reason: typeof reason === "string" ? reason : "rate-limited" });
