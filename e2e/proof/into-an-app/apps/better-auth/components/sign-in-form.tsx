"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { authClient } from "@/lib/auth-client";
import styles from "./sign-in-form.module.css";

export function SignInForm() {
  const router = useRouter();
  const [error, setError] = useState<string>();

  async function signIn(formData: FormData) {
    const { error } = await authClient.signIn.email({
      email: String(formData.get("email")),
      password: String(formData.get("password")),
    });
    if (error) setError(error.message ?? "You could not be signed in.");
    else router.push("/account");
  }

  return (
    <form action={signIn} className={styles.form}>
      <label>
        Email
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {error && (
        <p role="alert" className={styles.error}>
          {error}
        </p>
      )}
      <button type="submit" className={styles.button}>
        Sign in
      </button>
    </form>
  );
}
