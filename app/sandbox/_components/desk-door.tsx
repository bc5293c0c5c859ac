"use client";

import { useState, type FormEvent } from "react";
import { sendJson } from "./send-json";
import styles from "./workshop.module.css";

/** Asks for the desk's password, where the sandbox is a demo with strangers. */
export function DeskDoor() {
  const [problem, setProblem] = useState("");

  async function open(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setProblem("");
    const password = new FormData(event.currentTarget).get("password");
    const answer = await sendJson("POST", "/sandbox/api/desk/open", { password });
    if (answer.ok) location.reload();
    else setProblem(answer.error);
  }

  return (
    <form onSubmit={open} className={styles.door}>
      <p>
        Every conversation of this demo can be read here. The server prints the desk&apos;s password when it starts.
      </p>
      <label htmlFor="password">Desk password</label>
      <input id="password" name="password" type="password" autoComplete="off" required aria-describedby="problem" />
      <p id="problem" role="alert">
        {problem}
      </p>
      <button className={styles.button}>Open the desk</button>
    </form>
  );
}
