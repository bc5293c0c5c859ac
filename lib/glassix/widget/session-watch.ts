import { createAlarm, createClock, limitTime } from "./clock";
import type { Session } from "./machine";
import {
  ENDED_SESSIONS_KEY,
  isEndedSession,
  onSessionSignal,
  rememberEndedSession,
  sendSessionSignal,
  type SessionUser,
} from "./session-channel";

export type SessionWatchOptions = {
  /** Reads the session from the server; null if nobody is signed in. Rejects when the server cannot tell. */
  readSession(signal: AbortSignal): Promise<SessionUser>;
  onSession(session: Session, because: string): void;
};

// Longer than a sign-out takes: until then the server may still return the old user.
const SIGN_OUT_GRACE = 10_000;
// Servers may tolerate clocks that differ by 15 seconds.
const END_TOLERANCE = 16_000;
const ASK_AGAIN = 3_000;
const ASK_LIMIT = 10_000;

/** Tracks who is signed in: from rendered pages, from other tabs, and by reading the session when the page becomes visible. */
export function createSessionWatch({ readSession, onSession }: SessionWatchOptions) {
  const clock = createClock();
  const setEnd = createAlarm(clock, () => doubt("session end"));
  let user: SessionUser | undefined;
  let asking: AbortController | null = null;
  let mustAskAgain = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let grace: ReturnType<typeof setTimeout> | undefined;
  let last: SessionUser | undefined;
  let claimed: SessionUser | undefined;

  function set(next: SessionUser | undefined, because: string): void {
    user = next;
    if (next !== undefined) last = next;
    if (next) onSession({ status: "signed-in", ...next }, because);
    else onSession({ status: next === null ? "signed-out" : "in-doubt" }, because);
  }

  function startOver(): void {
    asking?.abort();
    asking = null;
    mustAskAgain = false;
    clearTimeout(retry);
    clearTimeout(grace);
    grace = undefined;
    claimed = undefined;
  }

  function isEnding(told: SessionUser): boolean {
    if (isEndedSession(told?.sessionId)) return true;
    return Boolean(grace && told && isSame(told, last) && told.sessionId === last?.sessionId);
  }

  function end(): void {
    if (last?.sessionId) rememberEndedSession(last.sessionId);
    forget("signing out");
    grace = setTimeout(doubt, SIGN_OUT_GRACE, "overdue");
  }

  function refuse(ended: SessionUser, because: string): void {
    startOver();
    last = ended;
    user = undefined;
    onSession({ status: "in-doubt", isUnanswered: true }, because);
  }

  /** Sets the user of a rendered page, and in how many milliseconds the session ends. */
  function tell(told: SessionUser, endsIn: number | null): void {
    if (grace && last === undefined && told) {
      last = told;
      end();
    }
    if (isEnding(told)) return grace ? undefined : refuse(told, "rendered after sign-out");
    startOver();
    setEnd(clock() + (endsIn ?? Infinity) + END_TOLERANCE);
    sendSessionSignal({ type: "session", user: told });
    set(told, "rendered");
  }

  /** Reads the session. Being offline changes nothing. `isAnew`: a pending response may be out of date. */
  async function ask(because: string, isAnew = false): Promise<void> {
    if (grace) return;
    mustAskAgain = !isAnew && asking !== null;
    if (mustAskAgain) return;
    asking?.abort();
    clearTimeout(retry);
    const mine = (asking = new AbortController());
    const answer = await readSession(limitTime(mine.signal, ASK_LIMIT)).catch(() => undefined);
    if (asking !== mine) return; // Something newer is known.
    asking = null;
    if (answer && isEndedSession(answer.sessionId)) {
      refuse(answer, `session read: ${because}`);
    } else if (answer !== undefined) {
      if (claimed !== undefined && !isSame(claimed, answer)) sendSessionSignal({ type: "session", user: answer });
      claimed = undefined;
      set(answer, `session read: ${because}`);
    } else if (user === undefined) {
      onSession({ status: "in-doubt", isUnanswered: true }, `no response: ${because}`);
      retry = setTimeout(ask, ASK_AGAIN, because);
    }
    if (mustAskAgain) void ask(because);
  }

  function doubt(because: string): void {
    forget(because);
    void ask(because);
  }

  function forget(because: string): void {
    startOver();
    set(undefined, because);
  }

  /** Follows the page and other tabs. Returns a function that stops it. */
  function listen(): () => void {
    const stopHearing = onSessionSignal((signal) => {
      if (signal.type === "ending") {
        end();
      } else if (isEnding(signal.user)) {
        return;
      } else if (user === undefined || !isSame(signal.user, user)) {
        doubt("another tab");
        claimed = signal.user;
      } else {
        set(signal.user, "another tab");
      }
    });
    const listening = new AbortController();
    const on = (target: EventTarget, type: string, listener: (event: never) => void) =>
      target.addEventListener(type, listener as EventListener, { signal: listening.signal });

    on(window, "focus", () => void ask("focus"));
    on(window, "online", () => void ask("online"));
    on(document, "visibilitychange", () => document.visibilityState === "visible" && void ask("visible"));
    // A page restored from the page cache must not contain a chat.
    on(window, "pagehide", ({ persisted }: PageTransitionEvent) => persisted && forget("page cache"));
    on(window, "pageshow", ({ persisted }: PageTransitionEvent) => persisted && doubt("page cache"));
    on(window, "storage", ({ key }: StorageEvent) => {
      if (key === ENDED_SESSIONS_KEY && isEndedSession(user?.sessionId)) end();
    });
    return () => {
      stopHearing();
      listening.abort();
    };
  }

  return { tell, ask, listen };
}

function isSame(a: SessionUser, b: SessionUser | undefined): boolean {
  return a?.uniqueIdentifier === b?.uniqueIdentifier;
}
