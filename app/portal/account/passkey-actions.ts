"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { Announcement } from "@/components/ui/announcing-form";
import { addPasskey } from "@/lib/auth/passkey-ceremonies";
import { removePasskey, renamePasskey } from "@/lib/auth/passkeys";
import { NOT_RECENT } from "@/lib/auth/reauthentication";
import { requirePasskey, stopRequiringPasskey } from "@/lib/auth/recovery-codes";
import { getFormUser, requireUser } from "@/lib/auth/session";
import { plainLine, readField, readForm, SIGNED_OUT, type FormState } from "@/lib/form";
import { explainPasskey } from "@/lib/portal/passkey-messages";
import type { RecoveryCodesState } from "./recovery-codes";

const nameSchema = z.object({ name: plainLine("a name", 60) });
const readId = (formData: FormData) => /^[\w-]+$/.exec(readField(formData, "passkey"))?.[0] ?? "";
const problem = (text: string) => ({ text, isProblem: true });

export async function addPasskeyAction(json: unknown): Promise<FormState["message"]> {
  const user = await requireUser();
  revalidatePath("/portal/account");
  if (!user.isRecent) return { kind: "problem", text: NOT_RECENT };
  const added = await addPasskey(user, json);
  if (typeof added === "string" || "locked" in added) return { kind: "problem", text: explainPasskey(added) };
  return { kind: "done", text: `Passkey added: ${added.name}.` };
}

export async function renamePasskeyAction(_: Announcement | null, formData: FormData): Promise<Announcement | null> {
  const user = await requireUser();
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem(NOT_RECENT);
  const { state, data } = readForm(nameSchema, formData);
  if (!data) return problem(state.errors.name!.text);
  const isRenamed = await renamePasskey(user, readId(formData), data.name);
  return isRenamed ? { text: "Renamed." } : problem(GONE);
}

export async function removePasskeyAction(_: Announcement | null, formData: FormData): Promise<Announcement | null> {
  const user = await requireUser();
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem(NOT_RECENT);
  const result = await removePasskey(user, readId(formData));
  if (!result) return problem(GONE);
  const isLast = result === "last-required";
  return {
    text: isLast
      ? "The passkey has been removed. It was your last one, so your password is enough again, and your recovery codes no longer work."
      : "The passkey has been removed. You may also want to delete it on your device.",
  };
}

/** Requires a passkey, creates new recovery codes, or stops requiring one. */
export async function requirePasskeyAction(
  _: RecoveryCodesState | null,
  formData: FormData,
): Promise<RecoveryCodesState | null> {
  const user = await getFormUser(formData);
  revalidatePath("/portal/account");
  if (!user) return problem(SIGNED_OUT!.text);
  if (!user.isRecent) return problem(NOT_RECENT);
  const change = readField(formData, "change");
  if (change === "stop") {
    await stopRequiringPasskey(user);
    return { text: "Your password is enough again. Your recovery codes no longer work." };
  }
  const codes = await requirePasskey(user, change === "new-codes");
  if (!codes) return problem(GONE);
  const text =
    change === "new-codes"
      ? "Your old recovery codes no longer work."
      : "From now on, signing in with your password also needs a passkey.";
  return { text, codes };
}

const GONE = "This was changed in another tab. The page now shows what is stored: try again if you still need to.";
