"use server";

import { redirect } from "next/navigation";
import { undoEmailChange } from "@/lib/auth/email-address";
import { readLink } from "@/lib/auth/email-links";
import { readField, withFormErrors, type FormState } from "@/lib/form";

export async function undoEmailChangeAction(state: FormState, formData: FormData): Promise<FormState> {
  return withFormErrors(state, "We can't restore your address right now. Please try again in a minute.", async () => {
    const link = await readLink("undo-email-change", readField(formData, "link"));
    const result = link ? await undoEmailChange(link) : "used";
    if (result === "done") redirect("/reset-password");
    const text =
      result === "taken"
        ? "Another account uses this address by now. Please call us."
        : "This link no longer works: it was used before or has expired. Please call us.";
    return { ...state, message: { kind: "problem", text } };
  });
}
