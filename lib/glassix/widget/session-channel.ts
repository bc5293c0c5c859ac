export type ChatUser = {
  uniqueIdentifier: string;
  /** Increases when the identity claims change (`updatedAt.getTime()`): open pages then renew their identity. */
  identityVersion?: number;
  /** Tells this customer's sessions apart; pages can read it. A new one retries what the server refused. */
  sessionId?: string;
} | null;

/** `user`: null for nobody. `endsIn`: milliseconds, if known. */
export type ChatSession = { user: ChatUser; endsIn?: number | null };

export type SessionSignal = { type: "ending"; isCertain: boolean } | { type: "session"; user: ChatUser };

const CHANNEL = "verified-chat";
export const ENDED_SESSIONS_KEY = "verified-chat-ended-sessions";
const MAX_ENDED_SESSIONS = 20;

const listeners = new Set<(signal: SessionSignal) => void>();
let channel: BroadcastChannel | null | undefined;
const endedSessions = new Set<string>();

/** Ends the chat in all tabs. Call it before a sign-out that requests.ts cannot see. `isCertain`: even if that fails. */
export function endChat(isCertain = true): void {
  sendSessionSignal({ type: "ending", isCertain });
  listeners.forEach((listener) => listener({ type: "ending", isCertain }));
}

export function sendSessionSignal(signal: SessionSignal): void {
  attempt(() => openChannel()?.postMessage(signal));
}

/** Listens to this page and other tabs. Returns a function that unsubscribes. */
export function onSessionSignal(listener: (signal: SessionSignal) => void): () => void {
  const handleMessage = (event: MessageEvent<SessionSignal>) => listener(event.data);
  listeners.add(listener);
  attempt(() => openChannel()?.addEventListener("message", handleMessage));
  return () => {
    listeners.delete(listener);
    attempt(() => channel?.removeEventListener("message", handleMessage));
  };
}

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

export function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

function readStored(): unknown[] {
  const stored: unknown = attempt(() => JSON.parse(localStorage.getItem(ENDED_SESSIONS_KEY) ?? "[]"));
  return Array.isArray(stored) ? stored : [];
}

function openChannel(): BroadcastChannel | null {
  if (channel === undefined) channel = attempt(() => new BroadcastChannel(CHANNEL)) ?? null;
  return channel;
}
