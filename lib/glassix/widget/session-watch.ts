import { createAlarm, createClock, limitTime } from "./clock";
import type { Session } from "./machine";
import {
  ENDED_SESSIONS_KEY,
  isEndedSession,
  onSessionSignal,
  rememberEndedSession,
  sendSessionSignal,
  type ChatSession,
  type ChatUser,
} from "./session-channel";

export type SessionWatchOptions = {
  readSession(signal: AbortSignal): Promise<ChatSession>;
  onSession(session: Session): void;
};

// Longer than a sign-out takes: until then the server may still return the old user.
const SIGN_OUT_GRACE = 10_000;
// Servers may tolerate clocks that differ by 15 seconds.
const END_TOLERANCE = 16_000;
const RETRY_DELAY = 3_000;
const CORRECTION_INTERVAL = 10_000;

/** Tracks who is signed in: from rendered pages, from other tabs, and by reading the session when the page becomes visible. */
export function createSessionWatch({ readSession, onSession }: SessionWatchOptions) {
  const clock = createClock();
  const setEnd = createAlarm(clock, () => invalidate());
  let user: ChatUser | undefined;
  let pending: AbortController | null = null;
  let mustRefreshAgain = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let signOutGrace: ReturnType<typeof setTimeout> | undefined;
  let lastUser: ChatUser | undefined;
  let announced: ChatUser | undefined;
  let nextCorrection = 0;

  function setUser(next: ChatUser | undefined): void {
    user = next;
    if (next !== undefined) lastUser = next;
    if (next) onSession({ status: "signed-in", ...next });
    else onSession({ status: next === null ? "signed-out" : "unknown" });
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

  function end(isCertain: boolean): void {
    if (isCertain && lastUser?.sessionId) rememberEndedSession(lastUser.sessionId);
    clear();
    signOutGrace = setTimeout(invalidate, SIGN_OUT_GRACE);
  }

  function noteWhoLeaves(candidate: ChatUser): void {
    if (signOutGrace && lastUser === undefined && candidate) lastUser = candidate;
  }

  function refuse(ended: ChatUser): void {
    reset();
    lastUser = ended;
    user = undefined;
    onSession({ status: "unknown", isUnavailable: true });
  }

  function setSessionEnd(endsIn: ChatSession["endsIn"]): void {
    if (endsIn !== undefined) setEnd(endsIn && endsIn > 0 ? clock() + endsIn + END_TOLERANCE : Infinity);
  }

  function setRenderedSession(session: ChatSession): void {
    const rendered = normalize(session.user);
    noteWhoLeaves(rendered);
    if (isEnding(rendered)) return signOutGrace ? undefined : refuse(rendered);
    reset();
    setSessionEnd(rendered && session.endsIn);
    sendSessionSignal({ type: "session", user: rendered });
    setUser(rendered);
  }

  /** Reads the session. Being offline changes nothing. `isForced`: a pending response may be out of date. */
  async function refresh(isForced = false): Promise<void> {
    mustRefreshAgain = !isForced && pending !== null;
    if (mustRefreshAgain) return;
    pending?.abort();
    clearTimeout(retry);
    const request = (pending = new AbortController());
    try {
      const session = await readSession(limitTime(request.signal));
      if (pending === request) handleSession(session);
    } catch {
      if (pending === request && user === undefined && !signOutGrace) {
        onSession({ status: "unknown", isUnavailable: true });
        retry = setTimeout(refresh, RETRY_DELAY);
      }
    }
    if (pending !== request) return; // Something newer is known.
    pending = null;
    if (mustRefreshAgain) void refresh();
  }

  function handleSession(session: ChatSession): void {
    const current = normalize(session.user);
    noteWhoLeaves(current);
    // Until a sign-out is done, the server still returns the customer who is leaving.
    if (signOutGrace && current && isSame(current, lastUser)) return;
    if (current && isEndedSession(current.sessionId)) return refuse(current);
    // Other tabs do not know, or said otherwise. Two that see different sessions would keep correcting each other.
    const isCorrection = announced !== undefined && !isSame(current, announced) && clock() >= nextCorrection;
    if (isCorrection) nextCorrection = clock() + CORRECTION_INTERVAL;
    const isNews = announced === undefined && !isSame(current, lastUser ?? null);
    if (isNews || isCorrection) sendSessionSignal({ type: "session", user: current });
    clearTimeout(signOutGrace);
    signOutGrace = undefined;
    announced = undefined;
    setSessionEnd(current && session.endsIn);
    setUser(current);
  }

  function invalidate(): void {
    clear();
    void refresh();
  }

  function clear(): void {
    reset();
    setUser(undefined);
  }

  function listen(): () => void {
    const unsubscribe = onSessionSignal((signal) => {
      if (signal.type === "ending") {
        end(signal.isCertain);
      } else if (isEnding(signal.user)) {
        return;
      } else if (user === undefined || !isSame(signal.user, user)) {
        invalidate();
        announced = signal.user;
      } else {
        setUser(signal.user);
      }
    });
    const listening = new AbortController();
    const on = (target: EventTarget, type: string, listener: (event: never) => void) =>
      target.addEventListener(type, listener as EventListener, { signal: listening.signal });

    on(window, "focus", () => void refresh());
    on(window, "online", () => void refresh());
    on(document, "visibilitychange", () => document.visibilityState === "visible" && void refresh());
    // A page restored from the page cache must not contain a chat.
    on(window, "pagehide", ({ persisted }: PageTransitionEvent) => persisted && clear());
    on(window, "pageshow", ({ persisted }: PageTransitionEvent) => persisted && invalidate());
    on(window, "storage", ({ key }: StorageEvent) => {
      if (key === ENDED_SESSIONS_KEY && isEndedSession(user?.sessionId)) end(true);
    });
    return () => {
      unsubscribe();
      listening.abort();
    };
  }

  return { setRenderedSession, refresh, listen };
}

function isSame(a: ChatUser, b: ChatUser | undefined): boolean {
  return a?.uniqueIdentifier === b?.uniqueIdentifier;
}

// Some databases return UUIDs in capital letters.
function normalize(user: ChatUser): ChatUser {
  return user && { ...user, uniqueIdentifier: user.uniqueIdentifier.toLowerCase() };
}
