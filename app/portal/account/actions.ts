"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { getUser } from "@/lib/auth/session";
import { renameCustomer } from "@/lib/portal/account";
import { firstName, keepTyped, lastName, readForm, SIGNED_OUT, type FormState } from "@/lib/portal/form";

const schema = z.object({ firstName, lastName });

export async function saveNameAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
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
