"use client";

import { useActionState } from "react";
import { authenticate } from "@/lib/actions";

export function LoginForm() {
  const [error, action, pending] = useActionState(authenticate, undefined);
  return (
    <form action={action} className="grid max-w-xs gap-2">
      <label htmlFor="email">Email</label>
      <input id="email" name="email" type="email" required className="rounded border border-stone-400 p-2" />
      <label htmlFor="password">Password</label>
      <input id="password" name="password" type="password" required className="rounded border border-stone-400 p-2" />
      <button type="submit" disabled={pending} className="mt-2 rounded bg-harbor p-2 text-white disabled:opacity-50">
        Sign in
      </button>
      <p aria-live="polite" className="text-red-700">
        {error}
      </p>
    </form>
  );
}
