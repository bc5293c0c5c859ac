"use server";

import { z } from "zod";
import type { Announcement } from "@/components/ui/announcing-form";
import { requestEmailChange, sendConfirmation } from "@/lib/auth/email-address";
import { NOT_RECENT } from "@/lib/auth/reauthentication";
import { getFormUser, requireUser } from "@/lib/auth/session";
import { hasPassword } from "@/lib/auth/users";
import { env } from "@/lib/env";
import { email, readForm, SIGNED_OUT, withFormErrors, type FormState } from "@/lib/form";
import { formatMinutes } from "@/lib/format";

const tooMany = (seconds: number) =>
  `We have sent several links. Please wait ${formatMinutes(seconds)}, then try again.`;

export async function sendConfirmationAction(): Promise<Announcement | null> {
  const user = await requireUser();
  if (user.emailConfirmedAt || !env().mail) return null;
  const seconds = await sendConfirmation(user);
  return { text: seconds > 0 ? tooMany(seconds) : `We sent a link to ${user.email}. It works for 24 hours.` };
}

export async function changeEmailAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(z.object({ newEmail: email }), formData);
  return withFormErrors(state, "We couldn't change your address. Please try again in a minute.", async () => {
    const user = await getFormUser(formData);
    if (!user) return { ...state, message: SIGNED_OUT };
    if (!user.isRecent) return { ...state, message: { kind: "problem", text: NOT_RECENT } };
    if (!data || !env().mail || !(await hasPassword(user))) return state;
    if (data.newEmail === user.email)
      return { ...state, errors: { newEmail: { text: "This is already the address of your account." } } };
    const seconds = await requestEmailChange(user, data.newEmail);
    if (seconds > 0) return { ...state, message: { kind: "problem", text: tooMany(seconds) } };
    const text = `We sent a link to ${data.newEmail}. Open it in this browser within 24 hours.`;
    return { values: {}, errors: {}, message: { kind: "done", text } };
  });
}
