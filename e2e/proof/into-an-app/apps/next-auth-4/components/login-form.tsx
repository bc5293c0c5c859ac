"use client";

import { signIn } from "next-auth/react";
import { useRouter } from "next/navigation";
import { useState } from "react";

const field = "mt-1 block w-full rounded-md border border-slate-300 bg-white px-3 py-2";

export function LoginForm() {
  const router = useRouter();
  const [error, setError] = useState("");

  async function submit(formData: FormData) {
    const result = await signIn("credentials", {
      email: formData.get("email"),
      password: formData.get("password"),
      redirect: false,
    });
    if (result?.ok) router.push("/account");
    else setError("The email or the password is wrong.");
  }

  return (
    <form action={submit} className="flex flex-col gap-4">
      <label className="text-sm font-medium">
        Email
        <input name="email" type="email" autoComplete="username" required className={field} />
      </label>
      <label className="text-sm font-medium">
        Password
        <input name="password" type="password" autoComplete="current-password" required className={field} />
      </label>
      {error && (
        <p role="alert" className="text-sm text-red-700">
          {error}
        </p>
      )}
      <button type="submit" className="rounded-md bg-sky-700 px-4 py-2 font-medium text-white">
        Sign in
      </button>
    </form>
  );
}
