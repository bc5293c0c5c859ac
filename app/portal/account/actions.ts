"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import type { Announcement } from "@/components/ui/announcing-form";
import { toRefusal } from "@/lib/auth/sign-in-limits";
import { removeProviderLinks } from "@/lib/auth/provider-accounts";
import { NOT_RECENT } from "@/lib/auth/reauthentication";
import { getFormUser, requireUser } from "@/lib/auth/session";
import { endAllSessions, endSession } from "@/lib/auth/session-store";
import { signInWithPassword } from "@/lib/auth/sign-in";
import { changePassword, hasPassword, renameUser } from "@/lib/auth/users";
import { checkOwnPassword, firstName, lastName, newPassword, readField, readForm } from "@/lib/form";
import { SIGNED_OUT, withFormErrors, type FormState } from "@/lib/form";
import { explainSignIn } from "@/lib/portal/sign-in-messages";

const nameSchema = z.object({ firstName, lastName });
const passwordSchema = z.object({ currentPassword: z.string().min(1, "Enter your current password."), newPassword });

export async function saveNameAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(nameSchema, formData);
  return withFormErrors(state, "We couldn't save this right now. Please try again in a minute.", async () => {
    const user = await getFormUser(formData);
    if (!user) return { ...state, message: SIGNED_OUT };
    if (!data) return state;
    await renameUser(user, data);
    revalidatePath("/portal", "layout");
    return { values: data, errors: {}, message: { kind: "done", text: "Saved" } };
  });
}

/** Changes the password, which ends all sessions, and starts a new one here. */
export async function changePasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(passwordSchema, formData);
  return withFormErrors(state, "We couldn't change your password. Please try again in a minute.", async () => {
    const user = await getFormUser(formData);
    if (!user) return { ...state, message: SIGNED_OUT };
    if (!data) return state;
    if (!(await hasPassword(user))) {
      const text = "You sign in with single sign-on, so there is no password to change here.";
      return { ...state, message: { kind: "problem", text } };
    }
    const { currentPassword: current, newPassword: next } = data;
    const refused = checkOwnPassword(state, "newPassword", next, user);
    if (refused) return refused;
    const removeLinks = formData.has("removeLinks");
    const result = await changePassword(user, { current, next, removeLinks }).catch(toRefusal);
    if (typeof result === "object") return { ...state, message: { kind: "problem", text: explainSignIn(result) } };
    if (result === "signed-out") return { ...state, message: SIGNED_OUT };
    if (result === "wrong-password")
      return { ...state, errors: { currentPassword: { text: "This is not your current password." } } };
    const signedIn = await signInWithPassword(user.email, next);
    if (signedIn === "passkey-required") redirect("/login/passkey?callbackUrl=/portal/account");
    if (signedIn !== "signed-in") redirect("/login?password-changed");
    revalidatePath("/portal/account");
    const text = "Password changed. You are signed out everywhere else.";
    return { values: {}, errors: {}, message: { kind: "done", text } };
  });
}

export async function endSessionsAction(_: Announcement | null, formData: FormData): Promise<Announcement | null> {
  const user = await requireUser();
  const wanted = readField(formData, "end");
  const id = z.uuid().safeParse(wanted).data;
  if (id) await endSession(user, id);
  else if (wanted === "others") await endAllSessions(user, { exceptThis: true });
  else return null;
  revalidatePath("/portal/account");
  return { text: id ? "The session has ended." : "All other sessions have ended." };
}

export async function removeLinkAction(_: Announcement | null, formData: FormData): Promise<Announcement | null> {
  const user = await requireUser();
  if (!user.isRecent) {
    revalidatePath("/portal/account");
    return { text: NOT_RECENT, isProblem: true };
  }
  const id = z.uuid().safeParse(readField(formData, "linkId")).data;
  if (!id || (await removeProviderLinks(user, id)) === 0) return null;
  revalidatePath("/portal/account");
  return { text: "Single sign-on has been removed." };
}
