"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { Announcement } from "@/components/ui/announcing-form";
import { addPasskey } from "@/lib/auth/passkey-ceremonies";
import { removePasskey, renamePasskey } from "@/lib/auth/passkeys";
import { requirePasskey, stopRequiringPasskey } from "@/lib/auth/recovery-codes";
import { getFormUser, requireUser } from "@/lib/auth/session";
import { done, plainLine, problem, readField, readForm, type Outcome } from "@/lib/form";
import { getTranslations } from "@/lib/i18n/request";
import { explainPasskey } from "@/lib/sign-in-messages";
import { RecoveryCodes } from "./recovery-codes";

const nameSchema = z.object({ name: plainLine("enterPasskeyName", 60) });
const readId = (formData: FormData) => /^[\w-]+$/.exec(readField(formData, "passkey"))?.[0] ?? "";
const getTexts = () => Promise.all([getTranslations("passkeys"), getTranslations("form")]);

export async function addPasskeyAction(json: unknown): Promise<Outcome> {
  const user = await requireUser();
  const [t, form] = await getTexts();
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem(form("notRecent"));
  const added = await addPasskey(user, json);
  if (typeof added === "string" || "locked" in added) return problem(await explainPasskey(added));
  return done(t("added", { name: added.name }));
}

export async function renamePasskeyAction(_: Outcome, formData: FormData): Promise<Outcome> {
  const user = await requireUser();
  const [t, form] = await getTexts();
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem(form("notRecent"));
  const { state, data } = await readForm(nameSchema, formData);
  if (!data) return problem(state.errors.name!.text);
  return (await renamePasskey(user, readId(formData), data.name)) ? done(t("renamed")) : problem(t("changedElsewhere"));
}

export async function removePasskeyAction(_: Outcome, formData: FormData): Promise<Outcome> {
  const user = await requireUser();
  const [t, form] = await getTexts();
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem(form("notRecent"));
  const result = await removePasskey(user, readId(formData));
  if (!result) return problem(t("changedElsewhere"));
  return done(t(result === "last-required" ? "lastRemoved" : "removed"));
}

export async function requirePasskeyAction(_: Announcement, formData: FormData): Promise<Announcement> {
  const user = await getFormUser(formData);
  const [t, form] = await getTexts();
  // Before the page is rendered again, which would lead to sign-in.
  if (!user) return problem(form("signedOut"));
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem(form("notRecent"));
  const change = readField(formData, "change");
  if (change === "stop")
    return (await stopRequiringPasskey(user)) ? done(t("nowOptional")) : problem(t("changedElsewhere"));
  const codes = await requirePasskey(user, change === "new-codes");
  if (!codes) return problem(t("changedElsewhere"));
  const text = t(change === "new-codes" ? "codesReplaced" : "nowRequired");
  return { ...done(text), details: <RecoveryCodes codes={codes} /> };
}
