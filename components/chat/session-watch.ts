import { onSessionSignal, sendSessionSignal } from "./session-signal";

/** Who is signed in: a unique identifier, or null for nobody. */
export type SessionUser = string | null;

const NEXTAUTH_CHANNEL = "nextauth.message";
const SIGN_OUT_GRACE = 1_000;
const ASK_AGAIN = 3_000;

/**
 * Knows who is signed in, and says so at every change: from what the server rendered, from other tabs,
 * and by asking again whenever the page comes back into view.
 */
export function createSessionWatch(onUser: (user: SessionUser | undefined) => void) {
  // undefined: not known, so nobody's chat may be in the page.
  let user: SessionUser | undefined;
  let asking: AbortController | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function set(next: SessionUser | undefined): void {
    user = next;
    onUser(next);
  }

  /** What the server rendered is fresh: it wins over a question that is still on its way. */
  function tell(told: SessionUser): void {
    asking?.abort();
    asking = null;
    sendSessionSignal({ type: "session", uniqueIdentifier: told });
    set(told);
  }

  /** Asks the server. No answer leaves things as they are: being offline signs nobody out. */
  async function ask(): Promise<void> {
    if (asking) return;
    clearTimeout(retry);
    const mine = (asking = new AbortController());
    try {
      const response = await fetch("/api/auth/session", { cache: "no-store", signal: mine.signal });
      const session = response.ok ? await response.json() : null;
      if (session && !mine.signal.aborted) set(session.user?.uniqueIdentifier ?? null);
    } catch {
      // Offline, or overtaken by tell().
    } finally {
      if (asking === mine) {
        asking = null;
        if (user === undefined) retry = setTimeout(ask, ASK_AGAIN);
      }
    }
  }

  /** Something says that the session has changed: nobody's chat until the server has confirmed whose. */
  function doubt(): void {
    asking?.abort();
    asking = null;
    set(undefined);
    void ask();
  }

  function listen(): () => void {
    const whenVisible = () => document.visibilityState === "visible" && void ask();
    const whenShown = (event: PageTransitionEvent) => event.persisted && doubt();
    const whenStored = (event: StorageEvent) => event.key === NEXTAUTH_CHANNEL && void ask();
    let grace: ReturnType<typeof setTimeout> | undefined;
    const stopHearing = onSessionSignal((signal) => {
      clearTimeout(grace);
      if (signal.type === "session") return signal.uniqueIdentifier === user ? undefined : doubt();
      set(undefined);
      // The server's answer comes as a "session" signal or as a new page. Should neither come, it is asked.
      grace = setTimeout(doubt, SIGN_OUT_GRACE);
    });
    const whenFocused = () => void ask();
    window.addEventListener("focus", whenFocused);
    window.addEventListener("online", whenFocused);
    document.addEventListener("visibilitychange", whenVisible);
    window.addEventListener("pageshow", whenShown);
    window.addEventListener("storage", whenStored);
    return () => {
      clearTimeout(grace);
      clearTimeout(retry);
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
