export type ChatUser = { uniqueIdentifier: string; identityVersion?: number; sessionId?: string } | null;

export type SessionSignal = { type: "ending" } | { type: "session"; user: ChatUser };

const CHANNEL = "portal-session";
export const ENDED_SESSIONS_KEY = "portal-ended-sessions";
const MAX_ENDED_SESSIONS = 20;

const listeners = new Set<(signal: SessionSignal) => void>();
let channel: BroadcastChannel | null | undefined;
let hasListened = false;
let hasPendingEnding = false;
const endedSessions = new Set<string>();

/** Ends the chat in all tabs for the rest of this session. Call it when the customer signs out, before the request. */
export function endChat(): void {
  hasPendingEnding = !hasListened;
  sendSessionSignal({ type: "ending" });
  listeners.forEach((listener) => listener({ type: "ending" }));
}

export function sendSessionSignal(signal: SessionSignal): void {
  attempt(() => openChannel()?.postMessage(signal));
}

/** Listens to this page and other tabs. Returns a function that unsubscribes. */
export function onSessionSignal(listener: (signal: SessionSignal) => void): () => void {
  const handleMessage = (event: MessageEvent<SessionSignal>) => listener(event.data);
  listeners.add(listener);
  attempt(() => openChannel()?.addEventListener("message", handleMessage));
  hasListened = true;
  if (hasPendingEnding) listener({ type: "ending" });
  hasPendingEnding = false;
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
