"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { audit } from "@/lib/audit";
import { toSafePath } from "@/lib/auth/callback-url";
import { notify } from "@/lib/auth/outbox";
import { verifyPasskey } from "@/lib/auth/passkey-ceremonies";
import { redeemRecoveryCode } from "@/lib/auth/recovery-codes";
import { passwordProof } from "@/lib/auth/recovery-codes";
import { signInWith } from "@/lib/auth/sign-in";
import { formatMinutes } from "@/lib/format";
import { plainLine, readField, readForm, withFormErrors, type FormState } from "@/lib/form";
import { explainPasskey } from "@/lib/portal/passkey-messages";
import { explainSignIn } from "@/lib/portal/sign-in-messages";

const schema = z.object({ code: plainLine("one of your recovery codes", 60) });

/** A passkey is enough by itself: the device has verified the customer. */
export async function signInWithPasskeyAction(json: unknown, callbackUrl: unknown): Promise<FormState["message"]> {
  const user = await verifyPasskey(null, json);
  if (typeof user === "string" || "locked" in user) {
    const reason = typeof user === "string" ? user : "rate-limited";
    await audit("sign-in", "refused", {}, { method: "passkey", reason });
    return { kind: "problem", text: explainPasskey(user) };
  }
  const result = await signInWith({ method: "passkey", email: user.email, verify: async () => user });
  if (result !== "signed-in") return { kind: "problem", text: explainFailure(result) };
  await passwordProof.clear();
  redirect(toSafePath(callbackUrl));
}

export async function recoveryCodeAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  if (!data) return state;
  return withFormErrors(state, explainSignIn("unavailable"), async () => {
    const user = await redeemRecoveryCode(data.code);
    if (user === "expired") redirect("/login?error=SecondStepExpired");
    if (user === "wrong-code" || "locked" in user) {
      const isWrong = user === "wrong-code";
      const reason = isWrong ? user : "rate-limited";
      await audit("sign-in", "refused", {}, { method: "recovery-code", reason });
      if (isWrong)
        return { ...state, errors: { code: { text: "This is not a recovery code of your account, or it was used." } } };
      const text = `Too many wrong codes. Wait ${formatMinutes(user.locked)}, then try again, or call us.`;
      return { ...state, message: { kind: "problem", text } };
    }
    const result = await signInWith({ method: "recovery-code", email: user.email, verify: async () => user });
    if (result !== "signed-in") return { ...state, message: { kind: "problem", text: explainFailure(result) } };
    await passwordProof.clear();
    await notify(user, "recovery-code-used");
    redirect(toSafePath(readField(formData, "callbackUrl")));
  });
}

/** Refused: the account was disabled, or its password changed, in this moment. */
const explainFailure = (result: Parameters<typeof explainSignIn>[0]) =>
  result === "refused" ? explainPasskey("disabled") : explainSignIn(result);
