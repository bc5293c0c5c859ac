"use client";

import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import type { DeskTicket } from "@/app/sandbox/_lib/desk";
import styles from "./desk.module.css";
import { sendJson } from "./send-json";
import workshop from "./workshop.module.css";

const STATES = ["Open", "Pending", "Snoozed", "Closed"];
const SAY_TYPING_EVERY = 2_500;

const showTime = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

type Props = {
  ticket: DeskTicket;
  onChange(ticket: DeskTicket): void;
  /** The agent has begun to answer this one. */
  onAnswer(): void;
  onLeave(): void;
};

/** One ticket's conversation, to read and to answer. */
export function DeskConversation({ ticket, onChange, onAnswer, onLeave }: Props) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const [isSending, setIsSending] = useState(false);
  const saidTypingAt = useRef(0);
  /** The answer's own, also when it is sent once more because nobody knows whether it arrived. */
  const clientId = useRef("");
  const log = useRef<HTMLDivElement>(null);
  const address = `/sandbox/api/desk/tickets/${ticket.id}`;
  const { transactions, participants, sandbox } = ticket;
  const newestId = transactions.at(-1)?.id ?? 0;
  const newestOfClient = transactions.findLast(({ fromParticipant }) => fromParticipant.type === "Client")?.id ?? 0;
  const newestOfAgent = transactions.findLast(({ fromParticipant }) => fromParticipant.type === "User")?.id;

  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [newestId, sandbox.isTyping]);

  useEffect(() => {
    const note = () => {
      if (document.visibilityState === "visible") void sendJson("PATCH", address, { seenId: newestOfClient });
    };
    note();
    document.addEventListener("visibilitychange", note);
    return () => document.removeEventListener("visibilitychange", note);
  }, [address, newestOfClient]);

  async function change(body: object): Promise<void> {
    const answer = await sendJson<DeskTicket>("PATCH", address, body);
    setProblem(answer.ok ? "" : answer.error);
    if (answer.ok) onChange(answer.body);
  }

  function type(next: string) {
    onAnswer();
    setText(next);
    clientId.current = makeUuid();
    if (next.trim() === "" || Date.now() - saidTypingAt.current < SAY_TYPING_EVERY) return;
    saidTypingAt.current = Date.now();
    void sendJson("PATCH", address, { isTyping: true });
  }

  async function send(event?: FormEvent) {
    event?.preventDefault();
    if (text.trim() === "" || isSending) return;
    setIsSending(true);
    const answer = await sendJson<DeskTicket>("POST", `${address}/messages`, {
      clientId: clientId.current,
      text,
    });
    setIsSending(false);
    setProblem(answer.ok ? "" : answer.error);
    if (!answer.ok) return;
    setText("");
    saidTypingAt.current = 0;
    onChange(answer.body);
  }

  function press(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  }

  return (
    <section className={styles.conversation} aria-label={`Ticket ${ticket.id}`}>
      <header>
        <button type="button" className={styles.back} onClick={onLeave}>
          Tickets
        </button>
        <h2>{participants[0]!.name}</h2>
        <label>
          State{" "}
          <select value={ticket.state} onChange={({ target }) => void change({ state: target.value })}>
            {STATES.map((state) => (
              <option key={state}>{state}</option>
            ))}
          </select>
        </label>
      </header>
      <div ref={log} className={styles.log} role="log" aria-label="Conversation" tabIndex={0}>
        {transactions.map(({ id, text, dateTime, fromParticipant }) => (
          <article key={id} className={fromParticipant.type === "User" ? styles.own : undefined}>
            <div className={styles.bubble} dir="auto">
              {text}
            </div>
            <p>
              <bdi>{fromParticipant.type === "User" ? fromParticipant.name : participants[0]!.name}</bdi>,{" "}
              {showTime.format(new Date(dateTime))}
              {id === newestOfAgent && id <= sandbox.clientSeenId && " · Seen"}
            </p>
          </article>
        ))}
      </div>
      <p role="status" className={styles.note}>
        {sandbox.isTyping ? "The customer is typing…" : tellWhoIsNext(ticket)}
      </p>
      <form onSubmit={send} className={styles.answer}>
        <label htmlFor="answer">Answer</label>
        <textarea
          id="answer"
          rows={2}
          dir="auto"
          value={text}
          onChange={({ target }) => type(target.value)}
          onKeyDown={press}
          aria-describedby="answer-problem"
        />
        <button className={workshop.button} disabled={isSending}>
          Send answer
        </button>
        <p id="answer-problem" role="alert">
          {problem}
        </p>
      </form>
    </section>
  );
}

function tellWhoIsNext({ state, sandbox }: DeskTicket): string {
  if (state === "Closed") return "Closed: the customer's next message opens another ticket.";
  return sandbox.isAutomatic ? "The automatic agent answers this ticket until you do." : "";
}

/** Unique, not secret: browsers withhold crypto.randomUUID() from pages without https. */
function makeUuid(): string {
  return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
}
