import { onSessionSignal, sendSessionSignal } from "./session-signal";

/** Who is signed in: a unique identifier, or null for nobody. */
export type SessionUser = string | null;

const NEXTAUTH_CHANNEL = "nextauth.message";
// Longer than any sign-out should take: asked earlier, the server would still say who is about to leave.
const SIGN_OUT_GRACE = 10_000;
// NextAuth takes a session for good until 15 seconds after its end.
const END_TOLERANCE = 16_000;
const ASK_AGAIN = 3_000;
/** How long the server may take to answer. */
const ASK_LIMIT = 10_000;
// setTimeout takes no more.
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * Knows who is signed in, and says so at every change: from what the server rendered, from other tabs,
 * and by asking again whenever the page comes back into view.
 */
export function createSessionWatch(onUser: (user: SessionUser | undefined) => void) {
  // undefined: not known, so nobody's chat may be in the page.
  let user: SessionUser | undefined;
  let asking: AbortController | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  /** Runs while a sign-out is under way: until its end the server would still name who is about to leave. */
  let grace: ReturnType<typeof setTimeout> | undefined;
  /** What another tab has just said, until the server has confirmed it or not. */
  let rumour: SessionUser | undefined;
  let ending: ReturnType<typeof setTimeout> | undefined;

  function set(next: SessionUser | undefined): void {
    user = next;
    onUser(next);
  }

  /** Forgets every question and every wait: something newer is known. */
  function startOver(): void {
    asking?.abort();
    asking = null;
    clearTimeout(retry);
    clearTimeout(grace);
    grace = undefined;
    rumour = undefined;
  }

  /** Takes what the server has just rendered: who is signed in, and for how many milliseconds. */
  function tell(told: SessionUser, endsIn: number | null): void {
    startOver();
    clearTimeout(ending);
    // A page that keeps the focus gets no other reason to look.
    if (endsIn !== null) ending = setTimeout(doubt, Math.min(endsIn + END_TOLERANCE, LONGEST_TIMEOUT));
    sendSessionSignal({ type: "session", uniqueIdentifier: told });
    set(told);
  }

  /** Asks the server. No answer leaves things as they are: being offline signs nobody out. */
  async function ask(): Promise<void> {
    if (asking || grace) return;
    clearTimeout(retry);
    const mine = (asking = new AbortController());
    try {
      const response = await fetch("/api/auth/session", {
        cache: "no-store",
        signal: AbortSignal.any([mine.signal, AbortSignal.timeout(ASK_LIMIT)]),
      });
      const session = response.ok ? await response.json() : null;
      if (session && !mine.signal.aborted) {
        const answer: SessionUser = session.user?.uniqueIdentifier ?? null;
        // The tab that said otherwise was rendered long ago.
        if (rumour !== undefined && rumour !== answer) sendSessionSignal({ type: "session", uniqueIdentifier: answer });
        rumour = undefined;
        set(answer);
      }
    } catch {
      // Offline, or overtaken by something newer.
    } finally {
      if (asking === mine) {
        asking = null;
        if (user === undefined) retry = setTimeout(ask, ASK_AGAIN);
      }
    }
  }

  /** The session may have changed: nobody's chat until the server has said whose. */
  function doubt(): void {
    startOver();
    set(undefined);
    void ask();
  }

  /** A sign-out has begun, here or in another tab: the chat goes before the server knows. */
  function end(): void {
    startOver();
    set(undefined);
    // The server's answer comes as a new page or as a signal. Should neither come, it is asked.
    grace = setTimeout(doubt, SIGN_OUT_GRACE);
  }

  function listen(): () => void {
    const whenVisible = () => document.visibilityState === "visible" && void ask();
    const whenShown = (event: PageTransitionEvent) => event.persisted && doubt();
    // NextAuth's own client tells the other tabs through localStorage.
    const whenStored = ({ key, newValue }: StorageEvent) => {
      if (key === NEXTAUTH_CHANNEL) return newValue?.includes('"signout"') ? doubt() : void ask();
    };
    const stopHearing = onSessionSignal((signal) => {
      if (signal.type === "ending") end();
      else if (signal.uniqueIdentifier !== user) {
        doubt();
        rumour = signal.uniqueIdentifier;
      }
    });
    const whenFocused = () => void ask();
    window.addEventListener("focus", whenFocused);
    window.addEventListener("online", whenFocused);
    document.addEventListener("visibilitychange", whenVisible);
    window.addEventListener("pageshow", whenShown);
    window.addEventListener("storage", whenStored);
    return () => {
      stopHearing();
      window.removeEventListener("focus", whenFocused);
      window.removeEventListener("online", whenFocused);
      document.removeEventListener("visibilitychange", whenVisible);
      window.removeEventListener("pageshow", whenShown);
      window.removeEventListener("storage", whenStored);
    };
  }

  return { tell, ask, doubt, listen };
}
