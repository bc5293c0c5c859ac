"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { LockedError } from "@/lib/auth/limits";
import { getUser } from "@/lib/auth/session";
import { signInWithPassword, signOut } from "@/lib/auth/sign-in";
import { changePassword, endAllSessions, hasPassword } from "@/lib/auth/users";
import { renameCustomer } from "@/lib/portal/account";
import { firstName, keepTyped, lastName, newPassword, readForm, SIGNED_OUT, type FormState } from "@/lib/portal/form";
import { explainSignIn } from "@/lib/portal/sign-in-problems";

const nameSchema = z.object({ firstName, lastName });
const passwordSchema = z.object({ currentPassword: z.string().min(1, "Enter your current password."), newPassword });

export async function saveNameAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(nameSchema, formData);
  return keepTyped(state, "We could not save this just now. Please try again in a minute.", async () => {
    const user = await getUser();
    if (!user) return { ...state, message: SIGNED_OUT };
    if (!data) return state;
    await renameCustomer(user, data);
    // The name stands in the frame around every page.
    revalidatePath("/portal", "layout");
    return { values: data, errors: {}, message: { kind: "done", text: "Saved" } };
  });
}

/** Changes the password. Every session ends with it, and this one begins anew. */
export async function changePasswordAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(passwordSchema, formData);
  return keepTyped(state, "We could not change it just now. Please try again in a minute.", async () => {
    const user = await getUser();
    if (!user) return { ...state, message: SIGNED_OUT };
    if (!data) return state;
    if (!(await hasPassword(user)))
      return {
        ...state,
        message: { kind: "problem", text: "You have no password here: it is changed where you sign in." },
      };
    try {
      if (!(await changePassword(user, data.currentPassword, data.newPassword)))
        return { ...state, errors: { currentPassword: { text: "That is not your current password." } } };
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      return { ...state, message: { kind: "problem", text: explainSignIn({ lockedFor: error.seconds }) } };
    }
    await signInWithPassword(user.email, data.newPassword);
    return { values: {}, errors: {}, message: { kind: "done", text: "Changed. You are signed out everywhere else." } };
  });
}

/** Ends every session of the customer, this one too. */
export async function endAllSessionsAction(): Promise<void> {
  const user = await getUser();
  if (user) await endAllSessions(user.id);
  redirect(await signOut());
}
