import { createAlarm, createClock, limitTime } from "./clock";
import type { Session } from "./machine";
import {
  ENDED_SESSIONS_KEY,
  isEndedSession,
  onSessionSignal,
  rememberEndedSession,
  sendSessionSignal,
  type ChatUser,
} from "./session-channel";

export type SessionWatchOptions = {
  /** Reads the session from the server; null if nobody is signed in. Rejects when the server cannot tell. */
  readSession(signal: AbortSignal): Promise<ChatUser>;
  onSession(session: Session, reason: string): void;
};

// Longer than a sign-out takes: until then the server may still return the old user.
const SIGN_OUT_GRACE = 10_000;
// Servers may tolerate clocks that differ by 15 seconds.
const END_TOLERANCE = 16_000;
const RETRY_DELAY = 3_000;
const REQUEST_TIMEOUT = 10_000;

/** Tracks who is signed in: from rendered pages, from other tabs, and by reading the session when the page becomes visible. */
export function createSessionWatch({ readSession, onSession }: SessionWatchOptions) {
  const clock = createClock();
  const setEnd = createAlarm(clock, () => invalidate("session end"));
  let user: ChatUser | undefined;
  let pending: AbortController | null = null;
  let mustRefreshAgain = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let signOutGrace: ReturnType<typeof setTimeout> | undefined;
  let lastUser: ChatUser | undefined;
  let announced: ChatUser | undefined;

  function setUser(next: ChatUser | undefined, reason: string): void {
    user = next;
    if (next !== undefined) lastUser = next;
    if (next) onSession({ status: "signed-in", ...next }, reason);
    else onSession({ status: next === null ? "signed-out" : "unknown" }, reason);
  }

  function reset(): void {
    pending?.abort();
    pending = null;
    mustRefreshAgain = false;
    clearTimeout(retry);
    clearTimeout(signOutGrace);
    signOutGrace = undefined;
    announced = undefined;
  }

  function isEnding(candidate: ChatUser): boolean {
    if (isEndedSession(candidate?.sessionId)) return true;
    return Boolean(
      signOutGrace && candidate && isSame(candidate, lastUser) && candidate.sessionId === lastUser?.sessionId,
    );
  }

  function end(): void {
    if (lastUser?.sessionId) rememberEndedSession(lastUser.sessionId);
    clear("signing out");
    signOutGrace = setTimeout(invalidate, SIGN_OUT_GRACE, "sign-out overdue");
  }

  function refuse(ended: ChatUser, reason: string): void {
    reset();
    lastUser = ended;
    user = undefined;
    onSession({ status: "unknown", isUnavailable: true }, reason);
  }

  /** Sets the user of a rendered page, and in how many milliseconds the session ends. */
  function setRenderedUser(rendered: ChatUser, endsIn: number | null): void {
    if (signOutGrace && lastUser === undefined && rendered) {
      lastUser = rendered;
      end();
    }
    if (isEnding(rendered)) return signOutGrace ? undefined : refuse(rendered, "rendered after sign-out");
    reset();
    setEnd(clock() + (endsIn ?? Infinity) + END_TOLERANCE);
    sendSessionSignal({ type: "session", user: rendered });
    setUser(rendered, "rendered");
  }

  /** Reads the session. Being offline changes nothing. `isForced`: a pending response may be out of date. */
  async function refresh(reason: string, isForced = false): Promise<void> {
    if (signOutGrace) return;
    mustRefreshAgain = !isForced && pending !== null;
    if (mustRefreshAgain) return;
    pending?.abort();
    clearTimeout(retry);
    const request = (pending = new AbortController());
    const current = await readSession(limitTime(request.signal, REQUEST_TIMEOUT)).catch(() => undefined);
    if (pending !== request) return; // Something newer is known.
    pending = null;
    if (current && isEndedSession(current.sessionId)) {
      refuse(current, `session read: ${reason}`);
    } else if (current !== undefined) {
      if (announced !== undefined && !isSame(announced, current)) sendSessionSignal({ type: "session", user: current });
      announced = undefined;
      setUser(current, `session read: ${reason}`);
    } else if (user === undefined) {
      onSession({ status: "unknown", isUnavailable: true }, `no response: ${reason}`);
      retry = setTimeout(refresh, RETRY_DELAY, reason);
    }
    if (mustRefreshAgain) void refresh(reason);
  }

  function invalidate(reason: string): void {
    clear(reason);
    void refresh(reason);
  }

  function clear(reason: string): void {
    reset();
    setUser(undefined, reason);
  }

  /** Follows the page and other tabs. Returns a function that stops it. */
  function listen(): () => void {
    const unsubscribe = onSessionSignal((signal) => {
      if (signal.type === "ending") {
        end();
      } else if (isEnding(signal.user)) {
        return;
      } else if (user === undefined || !isSame(signal.user, user)) {
        invalidate("another tab");
        announced = signal.user;
      } else {
        setUser(signal.user, "another tab");
      }
    });
    const listening = new AbortController();
    const on = (target: EventTarget, type: string, listener: (event: never) => void) =>
      target.addEventListener(type, listener as EventListener, { signal: listening.signal });

    on(window, "focus", () => void refresh("focus"));
    on(window, "online", () => void refresh("online"));
    on(document, "visibilitychange", () => document.visibilityState === "visible" && void refresh("visible"));
    // A page restored from the page cache must not contain a chat.
    on(window, "pagehide", ({ persisted }: PageTransitionEvent) => persisted && clear("page cache"));
    on(window, "pageshow", ({ persisted }: PageTransitionEvent) => persisted && invalidate("page cache"));
    on(window, "storage", ({ key }: StorageEvent) => {
      if (key === ENDED_SESSIONS_KEY && isEndedSession(user?.sessionId)) end();
    });
    return () => {
      unsubscribe();
      listening.abort();
    };
  }

  return { setRenderedUser, refresh, listen };
}

function isSame(a: ChatUser, b: ChatUser | undefined): boolean {
  return a?.uniqueIdentifier === b?.uniqueIdentifier;
}
