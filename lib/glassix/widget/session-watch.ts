import { createAlarm, createClock, limitTime } from "./clock";
import type { Session } from "./machine";
import {
  ENDED_SESSIONS_KEY,
  isEndedSession,
  onSessionSignal,
  rememberEndedSession,
  sendSessionSignal,
} from "./session-channel";

/** Whose session it is; null: nobody's. See `Session` in lib/glassix/widget/machine.ts. */
export type SessionUser = { uniqueIdentifier: string; identityVersion?: number; sessionId?: string } | null;

export type SessionWatchOptions = {
  /** Asks the server who is signed in. Rejects when the server cannot tell. */
  readSession(signal: AbortSignal): Promise<SessionUser>;
  /** Called at every change, and when what was known is confirmed. `because`: how it became known. */
  onSession(session: Session, because: string): void;
};

export type SessionWatch = {
  /** Takes what the server has just rendered: who is signed in, and in how many milliseconds the session ends. */
  tell(user: SessionUser, endsIn: number | null): void;
  /**
   * Asks the server. No answer leaves things as they are: being offline signs nobody out. `isAnew`: what
   * has just happened is news that an answer on its way may not know.
   */
  ask(because: string, isAnew?: boolean): Promise<void>;
  /** Follows the page and the other tabs until the returned function is called. */
  listen(): () => void;
};

const NEXTAUTH_CHANNEL = "nextauth.message";
// Longer than any sign-out should take: asked earlier, the server would still say who is about to leave.
const SIGN_OUT_GRACE = 10_000;
// NextAuth takes a session for good until 15 seconds after its end.
const END_TOLERANCE = 16_000;
const ASK_AGAIN = 3_000;
/** How long the server may take to answer. */
const ASK_LIMIT = 10_000;

/**
 * Knows who is signed in, and says so at every change: from what the server rendered, from other tabs,
 * and by asking again whenever the page comes back into view.
 */
export function createSessionWatch({ readSession, onSession }: SessionWatchOptions): SessionWatch {
  const clock = createClock();
  const setEnd = createAlarm(clock, () => doubt("session end"));
  // undefined: not known, so nobody's chat may be in the page.
  let user: SessionUser | undefined;
  let asking: AbortController | null = null;
  /** There was a reason to ask while a question was on its way: its answer may be older than the reason. */
  let mustAskAgain = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  /** Runs while a sign-out is under way: until its end the server would still name who is about to leave. */
  let grace: ReturnType<typeof setTimeout> | undefined;
  /** The last that was known: who is about to leave, while `grace` runs. */
  let last: SessionUser | undefined;
  /** What another tab has just said, until the server has confirmed it or not. */
  let rumour: SessionUser | undefined;

  function set(next: SessionUser | undefined, because: string): void {
    user = next;
    if (next !== undefined) last = next;
    if (next) onSession({ status: "signed-in", ...next }, because);
    else onSession({ status: next === null ? "signed-out" : "in-doubt" }, because);
  }

  /** Forgets every question and every wait: something newer is known. */
  function startOver(): void {
    asking?.abort();
    asking = null;
    mustAskAgain = false;
    clearTimeout(retry);
    clearTimeout(grace);
    grace = undefined;
    rumour = undefined;
  }

  /** The customer has asked to end this session. A page rendered before that reached the server still names it. */
  function isEnding(told: SessionUser): boolean {
    if (isEndedSession(told?.sessionId)) return true;
    return Boolean(grace && told && isSame(told, last) && told.sessionId === last?.sessionId);
  }

  function end(): void {
    if (last?.sessionId) rememberEndedSession(last.sessionId);
    // The chat goes before the server knows.
    forget("signing out");
    // The server's answer comes as a new page or as a signal. Should neither come, it is asked.
    grace = setTimeout(doubt, SIGN_OUT_GRACE, "overdue");
  }

  /** The sign-out has failed, or takes long: the session is still there, and its chat stays away. */
  function refuse(ended: SessionUser, because: string): void {
    startOver();
    last = ended;
    user = undefined;
    onSession({ status: "in-doubt", isUnanswered: true }, because);
  }

  function tell(told: SessionUser, endsIn: number | null): void {
    if (grace && last === undefined && told) {
      // The sign-out began before this page knew whose session it was.
      last = told;
      end();
    }
    if (isEnding(told)) return grace ? undefined : refuse(told, "rendered after its sign-out");
    startOver();
    // A page that keeps the focus gets no other reason to look.
    setEnd(clock() + (endsIn ?? Infinity) + END_TOLERANCE);
    sendSessionSignal({ type: "session", user: told });
    set(told, "rendered");
  }

  async function ask(because: string, isAnew = false): Promise<void> {
    if (grace) return;
    mustAskAgain = !isAnew && asking !== null;
    if (mustAskAgain) return;
    asking?.abort();
    clearTimeout(retry);
    const mine = (asking = new AbortController());
    // undefined: the server could not tell, or not be reached.
    const answer = await readSession(limitTime(mine.signal, ASK_LIMIT)).catch(() => undefined);
    if (asking !== mine) return; // Something newer is known.
    asking = null;
    if (answer && isEndedSession(answer.sessionId)) {
      refuse(answer, `asked: ${because}`);
    } else if (answer !== undefined) {
      // The tab that said otherwise was rendered long ago.
      if (rumour !== undefined && !isSame(rumour, answer)) sendSessionSignal({ type: "session", user: answer });
      rumour = undefined;
      set(answer, `asked: ${because}`);
    } else if (user === undefined) {
      onSession({ status: "in-doubt", isUnanswered: true }, `no answer: ${because}`);
      retry = setTimeout(ask, ASK_AGAIN, because);
    }
    if (mustAskAgain) void ask(because);
  }

  /** The session may have changed: nobody's chat until the server has said whose. */
  function doubt(because: string): void {
    forget(because);
    void ask(because);
  }

  function forget(because: string): void {
    startOver();
    set(undefined, because);
  }

  function listen(): () => void {
    const stopHearing = onSessionSignal((signal) => {
      if (signal.type === "ending") {
        end();
      } else if (isEnding(signal.user)) {
        return;
      } else if (user === undefined || !isSame(signal.user, user)) {
        doubt("another tab");
        rumour = signal.user;
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
    // A page in the page cache must not wake up with a chat in it.
    on(window, "pagehide", ({ persisted }: PageTransitionEvent) => persisted && forget("page cache"));
    on(window, "pageshow", ({ persisted }: PageTransitionEvent) => persisted && doubt("page cache"));
    // NextAuth's own client tells the other tabs through localStorage.
    on(window, "storage", ({ key, newValue }: StorageEvent) => {
      if (key === ENDED_SESSIONS_KEY && isEndedSession(user?.sessionId)) end();
      if (key !== NEXTAUTH_CHANNEL) return;
      if (newValue?.includes('"signout"')) doubt("another tab");
      else void ask("another tab");
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
