"use client";

import { useActionState } from "react";
import { sendJson } from "./send-json";

export function DeskSignIn() {
  const [error, signIn, isPending] = useActionState(async (_: string, form: FormData) => {
    const answer = await sendJson("POST", "/sandbox/api/desk/open", { password: form.get("password") });
    if (!answer.ok) return answer.error;
    location.reload();
    return "";
  }, "");

  return (
    <form action={signIn} className="grid max-w-[44ch] justify-items-start gap-2">
      <p>The desk shows every conversation of this demo. The server prints its password to its log.</p>
      <label htmlFor="password" className="mt-4 font-semibold">
        Desk password
      </label>
      <input
        id="password"
        name="password"
        type="password"
        autoComplete="off"
        required
        aria-describedby="password-error"
        className="control"
      />
      <p id="password-error" role="alert" className="text-bad">
        {!isPending && error}
      </p>
      <button className="button button-primary" disabled={isPending}>
        Sign in to the desk
      </button>
    </form>
  );
}
