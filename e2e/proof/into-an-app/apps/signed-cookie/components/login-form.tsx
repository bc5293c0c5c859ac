"use client";

import { useRouter } from "next/navigation";
import { useActionState } from "react";

export function LoginForm() {
  const router = useRouter();
  const [error, submit, pending] = useActionState(async (_previous: string | null, formData: FormData) => {
    const response = await fetch("/api/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Object.fromEntries(formData)),
    });
    if (!response.ok) return "הדוא״ל או הסיסמה שגויים";
    router.push("/account");
    return null;
  }, null);

  return (
    <form action={submit} className="login">
      <label htmlFor="email">Email</label>
      <input id="email" name="email" type="email" dir="ltr" autoComplete="username" required />
      <label htmlFor="password">Password</label>
      <input id="password" name="password" type="password" dir="ltr" autoComplete="current-password" required />
      {error && <p role="alert">{error}</p>}
      <button type="submit" disabled={pending}>
        Sign in
      </button>
    </form>
  );
}
