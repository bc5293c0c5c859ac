"use server";

import { AuthError } from "next-auth";
import { signIn, signOut } from "@/auth";

export async function authenticate(_previous: string | undefined, formData: FormData): Promise<string | undefined> {
  try {
    await signIn("credentials", {
      email: formData.get("email"),
      password: formData.get("password"),
      redirectTo: "/account",
    });
  } catch (error) {
    // A successful sign-in throws a redirect, which must pass.
    if (error instanceof AuthError) return "Invalid credentials.";
    throw error;
  }
}

export async function logOut(): Promise<void> {
  await signOut({ redirectTo: "/login" });
}
