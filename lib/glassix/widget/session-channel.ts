/**
 * How a page says that the session is about to change: to the chat in this page, and to the other tabs.
 * A file of its own, so that a button can import it without the chat.
 */
import { attempt } from "./attempt";
import type { SessionUser } from "./session-watch";

export type SessionSignal =
  /** The customer asked to sign out; the server has not answered yet. */
  | { type: "ending" }
  /** The server has answered: this is who is signed in now. */
  | { type: "session"; user: SessionUser };

const CHANNEL = "portal-session";
/** In localStorage: the ids of sessions that the customer asked to end. The other tabs hear of each change. */
export const ENDED_SESSIONS_KEY = "portal-ended-sessions";
const MAX_ENDED_SESSIONS = 20;

const listeners = new Set<(signal: SessionSignal) => void>();
/** null: this browser has no channel. The other tabs then learn of a sign-out from localStorage. */
let channel: BroadcastChannel | null | undefined;
let hasListened = false;
let isEndingUnheard = false;
const endedSessions = new Set<string>();

/** Tells the chat, here and in the other tabs, that the customer signs out: it is gone before the request leaves, and does not return in this session. */
export function endChat(): void {
  // The button can be pressed before the chat has hydrated.
  isEndingUnheard = !hasListened;
  sendSessionSignal({ type: "ending" });
  listeners.forEach((listener) => listener({ type: "ending" }));
}

/** Tells the other tabs. */
export function sendSessionSignal(signal: SessionSignal): void {
  attempt(() => openChannel()?.postMessage(signal));
}

/** Hears what this page and the other tabs say, until the returned function is called. */
export function onSessionSignal(listener: (signal: SessionSignal) => void): () => void {
  const hear = (event: MessageEvent<SessionSignal>) => listener(event.data);
  listeners.add(listener);
  attempt(() => openChannel()?.addEventListener("message", hear));
  hasListened = true;
  if (isEndingUnheard) listener({ type: "ending" });
  isEndingUnheard = false;
  return () => {
    listeners.delete(listener);
    attempt(() => channel?.removeEventListener("message", hear));
  };
}

/** Remembers, also after a reload, that the customer asked to end this session: the request may fail or take its time. */
export function rememberEndedSession(sessionId: string): void {
  endedSessions.add(sessionId);
  const stored = readStored();
  if (stored.includes(sessionId)) return;
  const ids = [...stored, sessionId].slice(-MAX_ENDED_SESSIONS);
  attempt(() => localStorage.setItem(ENDED_SESSIONS_KEY, JSON.stringify(ids)));
}

export function isEndedSession(sessionId: string | undefined): boolean {
  return sessionId !== undefined && (endedSessions.has(sessionId) || readStored().includes(sessionId));
}

function readStored(): unknown[] {
  const stored: unknown = attempt(() => JSON.parse(localStorage.getItem(ENDED_SESSIONS_KEY) ?? "[]"));
  return Array.isArray(stored) ? stored : [];
}

function openChannel(): BroadcastChannel | null {
  if (channel === undefined) channel = attempt(() => new BroadcastChannel(CHANNEL)) ?? null;
  return channel;
}
