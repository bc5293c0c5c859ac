"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { undoEmailChange } from "@/lib/auth/email-address";
import { readLink } from "@/lib/auth/email-links";
import { problem, submitForm, type FormState } from "@/lib/form";

const schema = z.object({ link: z.string() });
const FAILURE = "We can't restore your address right now. Please try again in a minute.";

export async function undoEmailChangeAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitForm(schema, formData, FAILURE, async ({ link: id }) => {
    const link = await readLink("undo-email-change", id);
    const result = link ? await undoEmailChange(link) : "used";
    if (result === "done") redirect("/reset-password");
    return problem(
      result === "taken"
        ? "Another account uses this address by now. Please call us."
        : "This link no longer works: it was used before or has expired. Please call us.",
    );
  });
}
