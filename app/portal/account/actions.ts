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
import { done, email, firstName, lastName, newPassword, NOT_RECENT, NOT_RECENT_HERE, problem } from "@/lib/form";
import { readField, SIGNED_OUT, submitUserForm, wrongField, type FormState, type Outcome } from "@/lib/form";
import { formatMinutes } from "@/lib/format";

const nameSchema = z.object({ firstName, lastName });
const passwordSchema = z.object({ currentPassword: z.string().min(1, "Enter your current password."), newPassword });
const emailSchema = z.object({ newEmail: email });

const NAME_FAILURE = "We couldn't save this right now. Please try again in a minute.";
const PASSWORD_FAILURE = "We couldn't change your password. Please try again in a minute.";
const EMAIL_FAILURE = "We couldn't change your address. Please try again in a minute.";

export async function saveNameAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitUserForm(nameSchema, formData, NAME_FAILURE, async (values, user) => {
    await renameUser(user, values);
    revalidatePath("/portal", "layout");
    return { ...done("Saved"), values };
  });
}

export async function changePasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitUserForm(passwordSchema, formData, PASSWORD_FAILURE, async (data, user) => {
    if (!(await hasPassword(user)))
      return problem("You sign in with single sign-on, so there is no password to change here.");
    const { currentPassword: current, newPassword: next } = data;
    const weakness = findPasswordProblem(next, user);
    if (weakness) return wrongField("newPassword", weakness);
    const result = await changePassword(user, { current, next, removeLinks: formData.has("removeLinks") });
    if (result === "signed-out") return problem(SIGNED_OUT);
    if (result === "not-recent") return problem(NOT_RECENT_HERE);
    if (result === "wrong-password") return wrongField("currentPassword", "This is not your current password.");
    const signedIn = await signInWithPassword(user.email, next);
    if (signedIn === "passkey-required") redirect("/login/passkey?callbackUrl=/portal/account");
    if (signedIn !== "signed-in") redirect("/login?password-changed");
    revalidatePath("/portal/account");
    return done("Password changed. You are signed out everywhere else.");
  });
}

export async function sendConfirmationAction(): Promise<Outcome> {
  const user = await requireUser();
  if (user.emailConfirmedAt || !env().mail) return {};
  const seconds = await sendConfirmation(user);
  return seconds > 0 ? tooMany(seconds) : done(`We sent a link to ${user.email}. It works for 24 hours.`);
}

export async function changeEmailAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitUserForm(emailSchema, formData, EMAIL_FAILURE, async ({ newEmail }, user) => {
    if (!user.isRecent) return problem(NOT_RECENT_HERE);
    if (!env().mail || !(await hasPassword(user))) return {};
    if (newEmail === user.email) return wrongField("newEmail", "This is already the address of your account.");
    const seconds = await requestEmailChange(user, newEmail);
    if (seconds > 0) return tooMany(seconds);
    return { ...done(`We sent a link to ${newEmail}. Open it in this browser within 24 hours.`), values: {} };
  });
}

const tooMany = (seconds: number) =>
  problem(`We have sent several links. Please wait ${formatMinutes(seconds)}, then try again.`);

export async function endSessionsAction(_: Outcome, formData: FormData): Promise<Outcome> {
  const user = await requireUser();
  const wanted = readField(formData, "end");
  const id = z.uuid().safeParse(wanted).data;
  if (id) await endSession(user, id);
  else if (wanted === "others") await endAllSessions(user, { exceptThis: true });
  else return {};
  revalidatePath("/portal/account");
  return done(id ? "The session has ended." : "All other sessions have ended.");
}

export async function removeLinkAction(_: Outcome, formData: FormData): Promise<Outcome> {
  const user = await requireUser();
  revalidatePath("/portal/account");
  if (!user.isRecent) return problem(NOT_RECENT);
  const id = z.uuid().safeParse(readField(formData, "linkId")).data;
  const isRemoved = id && (await removeProviderLinks(user, id)) > 0;
  return isRemoved ? done("Single sign-on has been removed.") : {};
}
