"use client";

import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { findTextsOfCulture } from "@/app/sandbox/_lib/chat-texts";
import type { DeskTicket } from "@/app/sandbox/_lib/desk";
import { sendJson } from "./send-json";

const TYPING_INTERVAL = 2_500;

const TIME_FORMAT = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;

const SMALL = "font-mono text-[13px]/5";
const CONTROL = `h-8 rounded-control border border-edge bg-surface px-2 ${SMALL}`;

/** The client id is the same for every attempt to send this text, so that it is stored once. */
export type Draft = { text: string; clientId: string };

const NO_DRAFT: Draft = { text: "", clientId: "" };

type Props = {
  ticket: DeskTicket;
  draft?: Draft;
  onDraft(change: (draft?: Draft) => Draft | undefined): void;
  onChange(ticket: DeskTicket): void;
  onLeave(): void;
};

export function DeskConversation({ ticket, draft = NO_DRAFT, onDraft, onChange, onLeave }: Props) {
  const [error, setError] = useState("");
  const [isSending, setIsSending] = useState(false);
  const typingSentAt = useRef(0);
  const log = useRef<HTMLDivElement>(null);
  const address = `/sandbox/api/desk/tickets/${ticket.id}`;
  const { transactions, participants, sandbox } = ticket;
  const { language, dir, culture, desk, frame } = findTextsOfCulture(ticket.culture);
  const note = ticket.state === "Closed" ? desk.closed : sandbox.isAutomatic && desk.automatic;
  const customerName = participants[0]!.name;
  const newestId = transactions.at(-1)?.id ?? 0;
  const newestOfCustomer = transactions.findLast(({ fromParticipant }) => fromParticipant.type === "Client")?.id ?? 0;
  const newestOfAgent = transactions.findLast(({ fromParticipant }) => fromParticipant.type === "User")?.id;

  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [newestId, sandbox.isTyping]);

  useEffect(() => {
    const markSeen = () => {
      if (document.visibilityState === "visible") void sendJson("PATCH", address, { seenId: newestOfCustomer });
    };
    markSeen();
    document.addEventListener("visibilitychange", markSeen);
    return () => document.removeEventListener("visibilitychange", markSeen);
  }, [address, newestOfCustomer]);

  async function changeState(state: string): Promise<void> {
    const answer = await sendJson<DeskTicket>("PATCH", address, { state });
    setError(answer.ok ? "" : answer.error);
    if (answer.ok) onChange(answer.body);
  }

  function type(next: string) {
    onDraft(() => ({ text: next, clientId: makeUuid() }));
    if (next.trim() === "" || Date.now() - typingSentAt.current < TYPING_INTERVAL) return;
    typingSentAt.current = Date.now();
    void sendJson("PATCH", address, { isTyping: true });
  }

  async function send(event: FormEvent | KeyboardEvent) {
    event.preventDefault();
    if (draft.text.trim() === "" || isSending) return;
    setIsSending(true);
    const answer = await sendJson<DeskTicket>("POST", `${address}/messages`, draft);
    setIsSending(false);
    setError(answer.ok ? "" : answer.error);
    if (!answer.ok) return;
    onDraft((current) => (current === draft ? undefined : current));
    typingSentAt.current = 0;
    onChange(answer.body);
  }

  return (
    <section
      aria-label={desk.ticket.replace("{id}", String(ticket.id))}
      lang={language}
      dir={dir}
      className="flex min-h-0 min-w-0 flex-col @max-[639px]:h-[calc(100%-48px)] @max-[639px]:min-h-80"
    >
      <header className="flex items-center gap-3 border-b border-line px-4 py-2">
        <button type="button" className={`${CONTROL} cursor-pointer @min-[1100px]:hidden`} onClick={onLeave}>
          {desk.tickets}
        </button>
        <h2 className="min-w-0 flex-1 truncate text-sm/5 font-semibold">
          <bdi>{customerName}</bdi>
        </h2>
        <label className={SMALL}>
          {desk.state}{" "}
          <select value={ticket.state} onChange={({ target }) => void changeState(target.value)} className={CONTROL}>
            {Object.entries(desk.states).map(([state, name]) => (
              <option key={state} value={state}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </header>
      <div
        ref={log}
        role="log"
        aria-label={frame.log}
        tabIndex={0}
        className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-4 focus-visible:-outline-offset-3"
      >
        {sandbox.hasEarlier && <p className={`mt-auto text-quiet ${SMALL}`}>{frame.earlier}</p>}
        {transactions.map(({ id, text, dateTime, fromParticipant }) => {
          const isOwn = fromParticipant.type === "User";
          const look = isOwn ? "border-ink bg-ink text-paper" : "border-line bg-surface";
          return (
            <article
              key={id}
              className={`flex max-w-[min(86%,56ch)] flex-col first:mt-auto ${isOwn ? "items-end self-end" : "items-start"}`}
            >
              <div
                dir="auto"
                className={`max-w-full rounded-control border px-3 py-2 wrap-anywhere whitespace-pre-wrap ${look}`}
              >
                {text}
              </div>
              <p className="font-mono text-[12px]/5 text-quiet">
                <bdi>{isOwn ? fromParticipant.name : customerName}</bdi>,{" "}
                <time dateTime={dateTime}>{new Date(dateTime).toLocaleString(culture, TIME_FORMAT)}</time>
                {id === newestOfAgent && id <= sandbox.clientSeenId && ` · ${desk.seen}`}
              </p>
            </article>
          );
        })}
      </div>
      <p role="status" className={`min-h-7 px-4 pb-2 text-quiet ${SMALL}`}>
        {sandbox.isTyping ? desk.typing : note}
      </p>
      <form
        onSubmit={send}
        className="grid grid-cols-[1fr_auto] items-end gap-x-3 gap-y-1 border-t border-line px-4 pt-3 pb-4"
      >
        <label htmlFor="answer" className={`col-span-2 ${SMALL}`}>
          {desk.reply}
        </label>
        <textarea
          id="answer"
          rows={2}
          dir="auto"
          placeholder=" "
          value={draft.text}
          onChange={({ target }) => type(target.value)}
          onKeyDown={(event) =>
            event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing && void send(event)
          }
          aria-describedby="answer-error"
          className="field-sizing-content max-h-40 placeholder-shown:[direction:inherit] resize-none rounded-control border border-edge bg-surface px-2.5 py-2 text-base/5.5"
        />
        <button className="button button-primary px-4" disabled={isSending}>
          {desk.send}
        </button>
        <p id="answer-error" role="alert" className="col-span-2 text-bad empty:hidden">
          {error && (
            <bdi lang="en" dir="ltr">
              {error}
            </bdi>
          )}
        </p>
      </form>
    </section>
  );
}

/** Not crypto.randomUUID(): pages without HTTPS do not have it. */
function makeUuid(): string {
  return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
}
