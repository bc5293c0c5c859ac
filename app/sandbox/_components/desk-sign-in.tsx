"use client";

import { useState, type FormEvent } from "react";
import { sendJson } from "./send-json";

export function DeskSignIn() {
  const [error, setError] = useState("");

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = new FormData(event.currentTarget).get("password");
    setError("");
    const answer = await sendJson("POST", "/sandbox/api/desk/open", { password });
    if (answer.ok) location.reload();
    else setError(answer.error);
  }

  return (
    <form onSubmit={signIn} className="grid max-w-[44ch] justify-items-start gap-2">
      <p>The desk shows every conversation of this demo. The server prints its password when it starts.</p>
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
        {error}
      </p>
      <button className="button button-primary">Sign in to the desk</button>
    </form>
  );
}
