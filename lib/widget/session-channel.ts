/**
 * How a page says that the session is about to change: to the chat in this page, and to the other tabs.
 * A file of its own, so that a button can import it without the chat.
 */
import type { SessionUser } from "./session-watch";

export type SessionSignal =
  /** The customer asked to sign out; the server has not answered yet. */
  | { type: "ending" }
  /** The server has answered: this is who is signed in now. */
  | { type: "session"; user: SessionUser };

const CHANNEL = "portal-session";
const listeners = new Set<(signal: SessionSignal) => void>();
let channel: BroadcastChannel | undefined;

/** Tells the chat, here and in the other tabs, that the customer signs out: it is gone before the request leaves. */
export function endChat(): void {
  sendSessionSignal({ type: "ending" });
  listeners.forEach((listener) => listener({ type: "ending" }));
}

/** Tells the other tabs. */
export function sendSessionSignal(signal: SessionSignal): void {
  openChannel().postMessage(signal);
}

/** Hears what this page and the other tabs say, until the returned function is called. */
export function onSessionSignal(listener: (signal: SessionSignal) => void): () => void {
  const hear = (event: MessageEvent<SessionSignal>) => listener(event.data);
  listeners.add(listener);
  openChannel().addEventListener("message", hear);
  return () => {
    listeners.delete(listener);
    channel?.removeEventListener("message", hear);
  };
}

function openChannel(): BroadcastChannel {
  return (channel ??= new BroadcastChannel(CHANNEL));
}
