"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { requestEmailChange, sendConfirmation } from "@/lib/auth/email-address";
import { findPasswordProblem } from "@/lib/auth/password-rules";
import { removeProviderLinks } from "@/lib/auth/provider-accounts";
import { requireUser } from "@/lib/auth/session";
import { endAllSessions, endSession } from "@/lib/auth/session-store";
import { signInWithPassword } from "@/lib/auth/sign-in";
import { changePassword, hasPassword, renameUser } from "@/lib/auth/users";
import { env } from "@/lib/env";
import { done, email, firstName, lastName, newPassword, problem, readField, required } from "@/lib/form";
import { submitUserForm, wrongField, type FormState, type Outcome } from "@/lib/form";
import { toMinutes } from "@/lib/format";
import { getTranslations } from "@/lib/i18n/request";

const nameSchema = z.object({ firstName, lastName });
const passwordSchema = z.object({ currentPassword: required("enterCurrentPassword"), newPassword });
const emailSchema = z.object({ newEmail: email });

export async function saveNameAction(_: FormState, formData: FormData): Promise<FormState> {
  const t = await getTranslations("account");
  return submitUserForm(nameSchema, formData, t("nameFailure"), async (values, user) => {
    await renameUser(user, values);
    revalidatePath("/portal", "layout");
    return { ...done(t("nameSaved")), values };
  });
}

export async function changePasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  const [t, form] = await Promise.all([getTranslations("account"), getTranslations("form")]);
  return submitUserForm(passwordSchema, formData, t("passwordFailure"), async (data, user) => {
    if (!(await hasPassword(user))) return problem(t("noPasswordToChange"));
    const { currentPassword: current, newPassword: next } = data;
    const weakness = findPasswordProblem(next, user);
    if (weakness) return wrongField("newPassword", form(weakness));
    const result = await changePassword(user, { current, next, removeLinks: formData.has("removeLinks") });
    if (result === "signed-out") return problem(form("signedOut"));
    if (result === "not-recent") return problem(form("notRecentHere"));
    if (result === "wrong-password") return wrongField("currentPassword", t("wrongPassword"));
    const signedIn = await signInWithPassword(user.email, next);
    if (signedIn === "passkey-required") redirect("/login/passkey?callbackUrl=/portal/account");
    if (signedIn !== "signed-in") redirect("/login?password-changed");
    revalidatePath("/portal/account");
    return done(t("passwordChanged"));
  });
}

export async function sendConfirmationAction(): Promise<Outcome> {
  const user = await requireUser();
  if (user.emailConfirmedAt || !env().mail) return {};
  const seconds = await sendConfirmation(user);
  const t = await getTranslations("emailAddress");
  return seconds > 0
    ? problem(t("tooMany", { minutes: toMinutes(seconds) }))
    : done(t("linkSent", { email: user.email }));
}

export async function changeEmailAction(_: FormState, formData: FormData): Promise<FormState> {
  const [t, form] = await Promise.all([getTranslations("emailAddress"), getTranslations("form")]);
  return submitUserForm(emailSchema, formData, t("failure"), async ({ newEmail }, user) => {
    if (!user.isRecent) return problem(form("notRecentHere"));
    if (!env().mail || !(await hasPassword(user))) return {};
    if (newEmail === user.email) return wrongField("newEmail", t("sameEmail"));
    const seconds = await requestEmailChange(user, newEmail);
    if (seconds > 0) return problem(t("tooMany", { minutes: toMinutes(seconds) }));
    return { ...done(t("changeLinkSent", { email: newEmail })), values: {} };
  });
}

export async function endSessionsAction(_: Outcome, formData: FormData): Promise<Outcome> {
  const user = await requireUser();
  const wanted = readField(formData, "end");
  const id = z.uuid().safeParse(wanted).data;
  if (id) await endSession(user, id);
  else if (wanted === "others") await endAllSessions(user, { exceptThis: true });
  else return {};
  revalidatePath("/portal/account");
  const t = await getTranslations("sessions");
  return done(t(id ? "ended" : "othersEnded"));
}

export async function removeLinkAction(_: Outcome, formData: FormData): Promise<Outcome> {
  const user = await requireUser();
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem((await getTranslations("form"))("notRecent"));
  const id = z.uuid().safeParse(readField(formData, "linkId")).data;
  const isRemoved = id && (await removeProviderLinks(user, id)) > 0;
  return isRemoved ? done((await getTranslations("account"))("linkRemoved")) : {};
}
