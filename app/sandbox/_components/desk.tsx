"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { DeskEntry, DeskTicket } from "@/app/sandbox/_lib/desk";
import { DeskConversation } from "./desk-conversation";
import { DeskDetails } from "./desk-details";
import styles from "./desk.module.css";
import { sendJson } from "./send-json";

type Props = {
  firstTicket: number | null;
  /** Whether the newest ticket is shown by itself, until the agent chooses one: beside the portal, where a demo has one customer. */
  isFollowing: boolean;
  /** Whether it asks for a password, and so can be closed. */
  isClosable: boolean;
};

/** Between two looks while there is no stream, and between two tries to get one, in milliseconds. */
const LOOK_EVERY = 3_000;
const LISTEN_EVERY = 15_000;

/** The least time between two readings of the list, however much happens. */
const LIST_EVERY = 500;

/** The agent's desk: the tickets, the conversation of one of them, and what is known of its customer. */
export function Desk({ firstTicket, isFollowing, isClosable }: Props) {
  const [entries, setEntries] = useState<DeskEntry[] | null>(null);
  const [ticket, setTicket] = useState<DeskTicket | null>(null);
  const [problem, setProblem] = useState("");
  /** The ticket that is wanted: another may still be on its way. */
  const wanted = useRef(firstTicket);
  const hasChosen = useRef(!isFollowing);
  const list = useRef<HTMLElement>(null);
  const shownId = useRef<number | null>(null);

  const take = useCallback((next: DeskTicket) => {
    if (next.id === wanted.current) setTicket(next);
  }, []);

  const readTicket = useCallback(
    async (id: number) => {
      const answer = await sendJson<DeskTicket>("GET", `/sandbox/api/desk/tickets/${id}`);
      if (answer.ok) take(answer.body);
      else if (id === wanted.current) setProblem(answer.error);
    },
    [take],
  );

  const readList = useCallback(async () => {
    const answer = await sendJson<{ tickets: DeskEntry[] }>("GET", "/sandbox/api/desk/tickets");
    // It was closed elsewhere: nothing of it stays on the screen.
    if (!answer.ok && answer.code === "desk-closed") return location.reload();
    setProblem(answer.ok ? "" : answer.error);
    if (!answer.ok) return;
    const { tickets } = answer.body;
    setEntries(tickets);
    const [newest] = tickets;
    if (hasChosen.current || !newest || newest.id === wanted.current || newest.state === "Closed") return;
    wanted.current = newest.id;
    void readTicket(newest.id);
  }, [readTicket]);

  const listing = useRef<{ isRunning: boolean; isWanted: boolean }>({ isRunning: false, isWanted: false });
  const readEntries = useCallback(async () => {
    listing.current.isWanted = true;
    if (listing.current.isRunning) return;
    listing.current.isRunning = true;
    while (listing.current.isWanted) {
      listing.current.isWanted = false;
      await readList();
      await new Promise((resolve) => setTimeout(resolve, LIST_EVERY));
    }
    listing.current.isRunning = false;
  }, [readList]);

  const choose = (id: number | null) => {
    hasChosen.current = true;
    wanted.current = id;
    const address = new URL(location.href);
    if (id === null) address.searchParams.delete("ticket");
    else address.searchParams.set("ticket", String(id));
    history.replaceState(null, "", address);
    if (id === null) setTicket(null);
    else void readTicket(id);
  };

  // Where the list makes room for the conversation, or comes back, what had the focus is gone: it goes along.
  const ticketId = ticket?.id ?? null;
  useEffect(() => {
    const { current: section } = list;
    if (ticketId === null) section?.querySelector<HTMLElement>(`[data-ticket="${shownId.current}"]`)?.focus();
    else if (section?.contains(document.activeElement) && section.offsetParent === null)
      section.parentElement?.querySelector<HTMLElement>("[role=log]")?.focus({ preventScroll: true });
    shownId.current = ticketId;
  }, [ticketId]);

  useEffect(() => {
    let stream: EventSource | undefined;
    let listenTimer: ReturnType<typeof setTimeout>;
    const look = () => {
      void readEntries();
      if (wanted.current !== null) void readTicket(wanted.current);
    };
    const listen = () => {
      stream = new EventSource("/sandbox/api/desk/stream");
      // Also after a break: what was new meanwhile is read with the rest.
      stream.onopen = look;
      stream.onmessage = ({ data }) => {
        const { id } = JSON.parse(data) as { id: number };
        if (id === wanted.current) void readTicket(id);
        void readEntries();
      };
      stream.onerror = () => {
        // The browser restores a lost connection itself. After a refusal, or a proxy's answer, it has given up.
        if (stream?.readyState !== EventSource.CLOSED) return;
        stream = undefined;
        look();
        listenTimer = setTimeout(listen, LISTEN_EVERY);
      };
    };
    const lookTimer = setInterval(() => {
      if (stream?.readyState !== 1) look();
    }, LOOK_EVERY);
    if (typeof EventSource === "function") listen();
    else look();
    return () => {
      clearTimeout(listenTimer);
      clearInterval(lookTimer);
      stream?.close();
    };
  }, [readEntries, readTicket]);

  // An answer of the automatic agent appears, somebody stops typing: nothing in the database changes then.
  useEffect(() => {
    if (!ticket?.sandbox.nextAt) return;
    const { id, sandbox } = ticket;
    const timer = setTimeout(
      () => {
        void readTicket(id);
        void readEntries();
      },
      Math.max(sandbox.nextAt! - Date.now(), 0) + 20,
    );
    return () => clearTimeout(timer);
  }, [ticket, readTicket, readEntries]);

  return (
    <div className={styles.frame}>
      <div className={styles.desk} data-chosen={ticket !== null}>
        <section ref={list} className={styles.list} aria-label="Tickets">
          <h2>Tickets</h2>
          {isClosable && <CloseDesk onProblem={setProblem} />}
          <p role="alert">{problem}</p>
          {entries === null ? (
            <p className={styles.note}>Loading the tickets…</p>
          ) : entries.length === 0 ? (
            <p className={styles.note}>
              No ticket yet. Sign in to the portal as John Wick, open the chat and write: the ticket appears here.
            </p>
          ) : (
            <ul>
              {entries.map((entry) => (
                <li key={entry.id}>
                  <button
                    type="button"
                    data-ticket={entry.id}
                    onClick={() => choose(entry.id)}
                    aria-current={entry.id === ticket?.id ? "true" : undefined}
                  >
                    <span className={styles.who}>
                      <span className={styles.name}>{entry.name}</span>
                      <span>#{entry.id}</span>
                    </span>
                    <span className={styles.text} dir="auto">
                      {entry.isTyping ? "Typing…" : entry.text}
                    </span>
                    <span className={styles.who}>
                      <span>
                        {entry.isIdentified ? "Identified" : "Anonymous"} · {entry.state}
                      </span>
                      {entry.unread > 0 && <span className={styles.count}>{entry.unread} new</span>}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </section>
        {ticket ? (
          <>
            <DeskConversation
              key={ticket.id}
              ticket={ticket}
              onChange={take}
              onAnswer={() => (hasChosen.current = true)}
              onLeave={() => choose(null)}
            />
            <DeskDetails ticket={ticket} />
          </>
        ) : (
          <p className={styles.empty}>{!!entries?.length && "Choose a ticket to read and answer it."}</p>
        )}
      </div>
    </div>
  );
}

/** Closes the desk in this browser, or in all. */
function CloseDesk({ onProblem }: { onProblem(error: string): void }) {
  async function close(isEverywhere: boolean) {
    const answer = await sendJson("POST", "/sandbox/api/desk/close", { isEverywhere });
    if (answer.ok || answer.code === "desk-closed") location.reload();
    else onProblem(answer.error);
  }
  return (
    <div className={styles.closing}>
      <button type="button" onClick={() => void close(false)}>
        Close the desk
      </button>
      <button type="button" onClick={() => void close(true)}>
        Close the desk everywhere
      </button>
    </div>
  );
}
