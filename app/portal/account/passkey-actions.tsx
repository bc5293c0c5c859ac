"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { Announcement } from "@/components/ui/announcing-form";
import { addPasskey } from "@/lib/auth/passkey-ceremonies";
import { removePasskey, renamePasskey } from "@/lib/auth/passkeys";
import { requirePasskey, stopRequiringPasskey } from "@/lib/auth/recovery-codes";
import { getFormUser, requireUser } from "@/lib/auth/session";
import { done, NOT_RECENT, plainLine, problem, readField, readForm, SIGNED_OUT, type Outcome } from "@/lib/form";
import { explainPasskey } from "@/lib/sign-in-messages";
import { RecoveryCodes } from "./recovery-codes";

const nameSchema = z.object({ name: plainLine("a name", 60) });
const readId = (formData: FormData) => /^[\w-]+$/.exec(readField(formData, "passkey"))?.[0] ?? "";
const GONE = "This was changed in another tab. The page now shows what is stored: try again if you still need to.";

export async function addPasskeyAction(json: unknown): Promise<Outcome> {
  const user = await requireUser();
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem(NOT_RECENT);
  const added = await addPasskey(user, json);
  if (typeof added === "string" || "locked" in added) return problem(explainPasskey(added));
  return done(`Passkey added: ${added.name}.`);
}

export async function renamePasskeyAction(_: Outcome, formData: FormData): Promise<Outcome> {
  const user = await requireUser();
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem(NOT_RECENT);
  const { state, data } = readForm(nameSchema, formData);
  if (!data) return problem(state.errors.name!.text);
  return (await renamePasskey(user, readId(formData), data.name)) ? done("Renamed.") : problem(GONE);
}

export async function removePasskeyAction(_: Outcome, formData: FormData): Promise<Outcome> {
  const user = await requireUser();
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem(NOT_RECENT);
  const result = await removePasskey(user, readId(formData));
  if (!result) return problem(GONE);
  return done(
    result === "last-required"
      ? "The passkey has been removed. It was your last one, so your password is enough again, and your recovery codes no longer work."
      : "The passkey has been removed. You may also want to delete it on your device.",
  );
}

export async function requirePasskeyAction(_: Announcement, formData: FormData): Promise<Announcement> {
  const user = await getFormUser(formData);
  revalidatePath("/portal/account");
  if (!user) return problem(SIGNED_OUT);
  if (!user.isRecent) return problem(NOT_RECENT);
  const change = readField(formData, "change");
  if (change === "stop") {
    if (!(await stopRequiringPasskey(user))) return problem(GONE);
    return done("Your password is enough again. Your recovery codes no longer work.");
  }
  const codes = await requirePasskey(user, change === "new-codes");
  if (!codes) return problem(GONE);
  const text =
    change === "new-codes"
      ? "Your old recovery codes no longer work."
      : "From now on, signing in with your password also needs a passkey.";
  return { ...done(text), details: <RecoveryCodes codes={codes} /> };
}
