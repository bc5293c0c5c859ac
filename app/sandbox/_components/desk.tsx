"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { DeskEntry, DeskTicket } from "@/app/sandbox/_lib/desk";
import { DeskConversation, type Draft } from "./desk-conversation";
import { DeskDetails } from "./desk-details";
import { sendJson } from "./send-json";
import { TicketList } from "./ticket-list";

type Props = {
  firstTicket: number | null;
  /** Shows the newest ticket until the agent selects one. */
  isFollowing: boolean;
  hasPassword: boolean;
};

const POLL_INTERVAL = 3_000;
/** Combines requests that arrive at the same time. */
const LIST_DELAY = 200;

export function Desk({ firstTicket, isFollowing, hasPassword }: Props) {
  const [entries, setEntries] = useState<DeskEntry[] | null>(null);
  const [ticket, setTicket] = useState<DeskTicket | null>(null);
  const [error, setError] = useState("");
  const [drafts, setDrafts] = useState<Record<number, Draft | undefined>>({});
  const selectedId = useRef(firstTicket);
  const isFollowingNewest = useRef(isFollowing);
  const list = useRef<HTMLElement>(null);
  const shownId = useRef<number | null>(null);

  const show = useCallback((next: DeskTicket) => {
    if (next.id === selectedId.current) setTicket(next);
  }, []);

  const readTicket = useCallback(
    async (id: number) => {
      const answer = await sendJson<DeskTicket>("GET", `/sandbox/api/desk/tickets/${id}`);
      if (answer.ok) show(answer.body);
      else if (id === selectedId.current) setError(answer.error);
    },
    [show],
  );

  const readList = useCallback(async () => {
    const answer = await sendJson<{ tickets: DeskEntry[] }>("GET", "/sandbox/api/desk/tickets");
    // Signed out in another window: the page must not keep showing conversations.
    if (!answer.ok && answer.code === "desk-closed") return location.reload();
    setError(answer.ok ? "" : answer.error);
    if (!answer.ok) return;
    const { tickets } = answer.body;
    setEntries(tickets);
    const [newest] = tickets;
    if (!isFollowingNewest.current || !newest || newest.id === selectedId.current || newest.state === "Closed") return;
    selectedId.current = newest.id;
    void readTicket(newest.id);
  }, [readTicket]);

  const listTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const requestList = useCallback(() => {
    listTimer.current ??= setTimeout(() => {
      listTimer.current = undefined;
      void readList();
    }, LIST_DELAY);
  }, [readList]);

  const select = (id: number | null) => {
    isFollowingNewest.current = false;
    selectedId.current = id;
    const address = new URL(location.href);
    if (id === null) address.searchParams.delete("ticket");
    else address.searchParams.set("ticket", String(id));
    history.replaceState(null, "", address);
    if (id === null) setTicket(null);
    else void readTicket(id);
  };

  // In a narrow window the conversation replaces the list, and back: the focus moves along.
  const ticketId = ticket?.id ?? null;
  useEffect(() => {
    const section = list.current;
    if (ticketId === null) section?.querySelector<HTMLElement>(`[data-ticket="${shownId.current}"]`)?.focus();
    else if (section?.contains(document.activeElement) && section.offsetParent === null)
      section.parentElement?.querySelector<HTMLElement>("[role=log]")?.focus({ preventScroll: true });
    shownId.current = ticketId;
  }, [ticketId]);

  useEffect(() => {
    let stream: EventSource | undefined;
    const refresh = () => {
      requestList();
      if (selectedId.current !== null) void readTicket(selectedId.current);
    };
    const connect = () => {
      stream = new EventSource("/sandbox/api/desk/stream");
      stream.onopen = refresh;
      stream.onmessage = ({ data }) => {
        const { id } = JSON.parse(data) as { id: number };
        if (id === selectedId.current) void readTicket(id);
        requestList();
      };
    };
    const poll = () => {
      if (stream?.readyState === 1) return;
      refresh();
      // The browser reconnects after a network error, but not after an HTTP error.
      if (stream?.readyState === 2) connect();
    };
    if (typeof EventSource === "function") connect();
    poll();
    const timer = setInterval(poll, POLL_INTERVAL);
    return () => {
      clearInterval(timer);
      stream?.close();
    };
  }, [requestList, readTicket]);

  // Delayed messages and the end of typing change nothing in the database, so the stream is silent about them.
  useEffect(() => {
    if (!ticket?.sandbox.nextAt) return;
    const delay = Math.max(ticket.sandbox.nextAt - Date.now(), 0) + 20;
    const timer = setTimeout(() => {
      void readTicket(ticket.id);
      requestList();
    }, delay);
    return () => clearTimeout(timer);
  }, [ticket, readTicket, requestList]);

  const columns = ticket
    ? "@max-[639px]:block @max-[639px]:overflow-y-auto @min-[640px]:grid-cols-[minmax(0,1fr)_minmax(240px,38%)] @min-[1100px]:grid-cols-[300px_minmax(0,1fr)_340px]"
    : "grid-cols-1 @min-[1100px]:grid-cols-[300px_minmax(0,1fr)]";
  return (
    <div className="@container flex min-h-0 flex-1">
      <div className={`grid min-h-0 flex-1 grid-rows-[minmax(0,1fr)] text-[15px]/5.5 ${columns}`}>
        <TicketList
          ref={list}
          entries={entries}
          selectedId={ticketId}
          error={error}
          hasPassword={hasPassword}
          onSelect={select}
          onError={setError}
        />
        {ticket ? (
          <>
            <DeskConversation
              key={ticket.id}
              ticket={ticket}
              draft={drafts[ticket.id]}
              onDraft={(change) => {
                isFollowingNewest.current = false;
                setDrafts((all) => ({ ...all, [ticket.id]: change(all[ticket.id]) }));
              }}
              onChange={show}
              onLeave={() => select(null)}
            />
            <DeskDetails ticket={ticket} />
          </>
        ) : (
          <p className="hidden max-w-none place-content-center p-4 text-quiet @min-[1100px]:grid">
            {!!entries?.length && "Select a ticket to read it and reply."}
          </p>
        )}
      </div>
    </div>
  );
}
