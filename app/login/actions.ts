"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { DEMO_CUSTOMERS, DEMO_PASSWORD } from "@/components/portal/demo-sign-in";
import { toSafePath } from "@/lib/auth/callback-url";
import { signInWithPassword } from "@/lib/auth/sign-in";
import { env } from "@/lib/env";
import { keepTyped, line, readForm, type FormState } from "@/lib/portal/form";

const UNAVAILABLE = "We cannot sign you in just now. Please try again in a minute.";

const schema = z.object({
  email: line("your e-mail address", 254),
  password: z.string().min(1, "Enter your password."),
});

export async function signInAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  if (!data) return state;
  return keepTyped(state, UNAVAILABLE, async () => {
    const result = await signInWithPassword(data.email, data.password);
    if (result === "signed-in") redirect(toSafePath(formData.get("callbackUrl")));
    const refused = "That e-mail and password do not match. Check both and try again.";
    return { ...state, message: { kind: "problem", text: result === "refused" ? refused : UNAVAILABLE } };
  });
}

/** One click for a demo. Refused where the sandbox is off: there these customers may not exist, or be somebody. */
export async function signInAsDemoAction(formData: FormData): Promise<void> {
  const customer = DEMO_CUSTOMERS.find(({ email }) => email === formData.get("customer"));
  if (!env().isSandboxOn || !customer) redirect("/login");
  const result = await signInWithPassword(customer.email, DEMO_PASSWORD);
  redirect(result === "signed-in" ? toSafePath(formData.get("callbackUrl")) : `/login?error=${result}`);
}
