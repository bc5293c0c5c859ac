// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session } from "./machine";
import { endChat, type ChatSession, type ChatUser, type SessionSignal } from "./session-channel";
import { createSessionWatch } from "./session-watch";

const JOHN = { uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32", identityVersion: 1 };
const JANE = { uniqueIdentifier: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b", identityVersion: 1 };
const HOURS = 3_600_000;

const signedIn = (user: typeof JOHN): Session => ({ status: "signed-in", ...user });
const signedOut: Session = { status: "signed-out" };
const unknown: Session = { status: "unknown" };
const unavailable: Session = { status: "unknown", isUnavailable: true };

/** Connects the tabs of one browser. Node's own BroadcastChannel delivers in real time, but these tests fake the time. */
class TabChannel extends EventTarget {
  static open = new Set<TabChannel>();
  constructor(readonly name: string) {
    super();
    TabChannel.open.add(this);
  }
  postMessage(message: unknown) {
    const data = structuredClone(message);
    for (const other of TabChannel.open)
      if (other !== this && other.name === this.name)
        queueMicrotask(() => other.dispatchEvent(new MessageEvent("message", { data })));
  }
  close() {
    TabChannel.open.delete(this);
  }
}
vi.stubGlobal("BroadcastChannel", TabChannel);

/** Each sign-in of a customer has its own session id. */
const inSession = (user: typeof JOHN, sessionId: string) => ({ ...user, sessionId });

type PendingRead = { signal: AbortSignal; isAnswered: boolean; resolve(session: ChatSession): void; reject(): void };

const cleanUps: (() => void)[] = [];
const settle = () => vi.advanceTimersByTimeAsync(0);

/** Another tab of this browser. */
function openTab() {
  const channel = new BroadcastChannel("verified-chat");
  const received: SessionSignal[] = [];
  channel.addEventListener("message", ({ data }) => received.push(data));
  cleanUps.push(() => channel.close());
  return {
    received,
    async send(signal: SessionSignal) {
      channel.postMessage(signal);
      await settle();
    },
  };
}

/** A watch in this page, whose server the test controls. */
function openPage() {
  const reads: PendingRead[] = [];
  const sessions: Session[] = [];
  const watch = createSessionWatch({
    readSession: (signal) =>
      new Promise((resolve, reject) => {
        reads.push({ signal, isAnswered: false, resolve, reject: () => reject(new Error("no response")) });
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    onSession: (session) => sessions.push(session),
  });
  const stop = watch.listen();
  cleanUps.push(stop);
  return {
    watch,
    reads,
    sessions,
    stop,
    async respond(user: ChatUser) {
      reads.at(-1)!.isAnswered = true;
      reads.at(-1)!.resolve({ user });
      await settle();
    },
    async fail() {
      reads.at(-1)!.reject();
      await settle();
    },
    /** Returns the sessions reported since the last call. */
    takeSessions: () => sessions.splice(0),
    /** Renders the page for `user`, and discards what that reported. */
    async renderFor(user: ChatUser) {
      watch.setRenderedSession({ user: user });
      await settle();
      sessions.length = 0;
    },
  };
}

function deny(): never {
  throw new DOMException("The page may not do this.", "SecurityError");
}
const focus = () => window.dispatchEvent(new Event("focus"));
const online = () => window.dispatchEvent(new Event("online"));
function setVisibility(state: DocumentVisibilityState) {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
}
const dispatchStorageEvent = (key: string) => window.dispatchEvent(Object.assign(new Event("storage"), { key }));
const dispatchPageEvent = (type: "pagehide" | "pageshow", persisted: boolean) =>
  window.dispatchEvent(Object.assign(new Event(type), { persisted }));

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  cleanUps.splice(0).forEach((cleanUp) => cleanUp());
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a server-rendered session", () => {
  it("reports who is signed in, and notifies the other tabs", async () => {
    const page = openPage();
    const other = openTab();
    page.watch.setRenderedSession({ user: JOHN });
    expect(page.takeSessions()).toEqual([signedIn(JOHN)]);
    await settle();
    expect(other.received).toEqual([{ type: "session", user: JOHN }]);
    expect(page.reads).toHaveLength(0);
  });

  it("reports that nobody is signed in, and notifies the other tabs", async () => {
    const page = openPage();
    const other = openTab();
    page.watch.setRenderedSession({ user: null });
    expect(page.takeSessions()).toEqual([signedOut]);
    await settle();
    expect(other.received).toEqual([{ type: "session", user: null }]);
  });

  it("names the customer in lowercase, as the identity does", async () => {
    const page = openPage();
    page.watch.setRenderedSession({ user: { ...JOHN, uniqueIdentifier: JOHN.uniqueIdentifier.toUpperCase() } });
    expect(page.takeSessions()).toEqual([signedIn(JOHN)]);
  });

  it("takes precedence over a pending read", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    focus();
    page.watch.setRenderedSession({ user: JANE });
    expect(page.reads[0]!.signal.aborted).toBe(true);
    page.takeSessions();
    await page.respond(JOHN);
    expect(page.takeSessions()).toEqual([]);
  });

  it("stops the retries of a failed first read", async () => {
    const page = openPage();
    void page.watch.refresh();
    await page.fail();
    page.watch.setRenderedSession({ user: JOHN });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.reads).toHaveLength(1);
  });

  it("ends the wait for a pending sign-out", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    endChat();
    page.watch.setRenderedSession({ user: null });
    page.takeSessions();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([page.reads.length, page.takeSessions()]).toEqual([0, []]);
    focus();
    expect(page.reads).toHaveLength(1);
  });
});

describe("reading the session", () => {
  it.each([
    ["gets the focus", focus],
    ["comes into view", () => setVisibility("visible")],
    ["is online again", online],
  ])("G5: reads when the page %s, and only confirms an unchanged session", async (_, event) => {
    const page = openPage();
    await page.renderFor(JOHN);
    event();
    expect([page.reads.length, page.takeSessions()]).toEqual([1, []]);
    await page.respond(JOHN);
    expect(page.takeSessions()).toEqual([signedIn(JOHN)]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([page.reads.length, page.takeSessions()]).toEqual([1, []]);
  });

  it("G5: reads once for many simultaneous events, and once more, because the response may be older than the last event", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    for (let times = 0; times < 50; times++) {
      focus();
      setVisibility("visible");
      online();
    }
    expect([page.reads.length, page.takeSessions()]).toEqual([1, []]);
    await page.respond(JOHN);
    expect(page.reads).toHaveLength(2);
    await page.respond(JOHN);
    expect(page.reads).toHaveLength(2);
    focus();
    expect(page.reads).toHaveLength(3);
  });

  it("G7: reads again after an event during a pending read, even if that read fails", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    focus();
    focus();
    await page.fail();
    expect(page.reads).toHaveLength(2);
    await page.respond(null);
    expect(page.takeSessions()).toEqual([signedOut]);
  });

  it("reads nothing when the page is hidden", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    setVisibility("hidden");
    expect(page.reads).toHaveLength(0);
  });

  it.each([
    ["nobody", null, signedOut],
    ["somebody else", JANE, signedIn(JANE)],
  ])("G2, G7: reports it when the server returns %s", async (_, user, session) => {
    const page = openPage();
    await page.renderFor(JOHN);
    focus();
    await page.respond(user);
    expect(page.takeSessions()).toEqual([session]);
  });

  it.each([
    ["nobody", null],
    ["somebody else", JANE],
  ])("G2: notifies the other tabs when the server returns %s", async (_, user) => {
    const page = openPage();
    await page.renderFor(JOHN);
    const other = openTab();
    focus();
    await page.respond(user);
    expect(other.received).toEqual([{ type: "session", user }]);
  });

  it("reads again after an event that the pending read may not reflect", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    focus();
    void page.watch.refresh(true);
    expect([page.reads.length, page.reads[0]!.signal.aborted]).toEqual([2, true]);
    page.reads[0]!.resolve({ user: JOHN });
    await settle();
    expect(page.takeSessions()).toEqual([]);
    await page.respond(null);
    expect(page.takeSessions()).toEqual([signedOut]);
  });

  it("keeps the session when a read fails, because being offline signs nobody out", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    focus();
    await page.fail();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([page.reads.length, page.takeSessions()]).toEqual([1, []]);
    online();
    expect(page.reads).toHaveLength(2);
  });

  it("G8: reports a failed first read, and retries every 3 seconds until one succeeds", async () => {
    const page = openPage();
    void page.watch.refresh();
    for (let tries = 1; tries <= 5; tries++) {
      expect(page.reads).toHaveLength(tries);
      await page.fail();
      expect(page.takeSessions()).toEqual([unavailable]);
      await vi.advanceTimersByTimeAsync(2_999);
      expect(page.reads).toHaveLength(tries);
      await vi.advanceTimersByTimeAsync(1);
    }
    await page.respond(JOHN);
    expect(page.takeSessions()).toEqual([signedIn(JOHN)]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.reads).toHaveLength(6);
  });

  it("retries at once, and only once, when the page gets the focus before the 3 seconds are over", async () => {
    const page = openPage();
    void page.watch.refresh();
    await page.fail();
    await vi.advanceTimersByTimeAsync(1_000);
    focus();
    expect(page.reads).toHaveLength(2);
    await page.respond(JOHN);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.reads).toHaveLength(2);
  });

  it("treats a read without a response after 10 seconds as failed", async () => {
    const page = openPage();
    void page.watch.refresh();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(page.reads[0]!.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(page.reads[0]!.signal.aborted).toBe(true);
    page.reads[0]!.resolve({ user: JOHN });
    await vi.advanceTimersByTimeAsync(3_000);
    expect([page.reads.length, page.takeSessions()]).toEqual([2, [unavailable]]);
  });
});

describe("signing out in this page", () => {
  it("G7: ends the chat at once, before any response, and notifies the other tabs", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    const other = openTab();
    endChat();
    expect(page.takeSessions()).toEqual([unknown]);
    await settle();
    expect(other.received).toEqual([{ type: "ending", isCertain: true }]);
  });

  it("G7: does not restore the customer for 10 seconds, whatever events occur, and then reads the session", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    endChat();
    page.takeSessions();
    for (let seconds = 0; seconds < 10; seconds++) {
      focus();
      setVisibility("visible");
      online();
      while (page.reads.some(({ isAnswered }) => !isAnswered)) await page.respond(JOHN);
      await vi.advanceTimersByTimeAsync(seconds < 9 ? 1_000 : 999);
    }
    expect(page.takeSessions()).toEqual([]);
    const reads = page.reads.length;
    await vi.advanceTimersByTimeAsync(1);
    expect(page.reads).toHaveLength(reads + 1);
    await page.respond(null);
    expect(page.takeSessions().at(-1)).toEqual(signedOut);
  });

  it("ends the wait at once when a read shows that the sign-out is done, and reads no more", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    endChat();
    void page.watch.refresh();
    await page.respond(null);
    expect(page.takeSessions()).toEqual([unknown, signedOut]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.reads).toHaveLength(1);
  });

  it("G7: reads again when an event occurs while a read of the old session is pending", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    endChat();
    focus();
    void page.watch.refresh();
    await page.respond(JOHN);
    await page.respond(null);
    expect(page.takeSessions()).toEqual([unknown, signedOut]);
  });

  it("G2: gives the chat to another customer who signs in before the wait is over", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    endChat();
    focus();
    await page.respond(JANE);
    expect(page.takeSessions()).toEqual([unknown, signedIn(JANE)]);
  });

  it("returns the chat when a link did not sign out after all", async () => {
    const page = openPage();
    const session = inSession(JOHN, "the link asked first");
    await page.renderFor(session);
    endChat(false);
    expect(page.takeSessions()).toEqual([unknown]);
    await vi.advanceTimersByTimeAsync(10_000);
    await page.respond(session);
    expect(page.takeSessions().at(-1)).toEqual({ status: "signed-in", ...session });
  });

  it("restores the chat when the sign-out has failed and sessions have no id", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    endChat();
    await vi.advanceTimersByTimeAsync(10_000);
    await page.respond(JOHN);
    expect(page.takeSessions().at(-1)).toEqual(signedIn(JOHN));
  });

  it("G7: drops a pending read, which may still name the customer who is leaving", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    focus();
    endChat();
    expect(page.reads[0]!.signal.aborted).toBe(true);
    page.takeSessions();
    await page.respond(JOHN);
    expect(page.takeSessions()).toEqual([]);
  });

  it.each(["this page", "another tab"])(
    "G7: does not restore the customer who is leaving from an older rendering in %s",
    async (where) => {
      const page = openPage();
      await page.renderFor(JOHN);
      const other = openTab();
      endChat();
      page.takeSessions();
      if (where === "this page") page.watch.setRenderedSession({ user: JOHN });
      else await other.send({ type: "session", user: JOHN });
      expect([page.takeSessions(), page.reads.length]).toEqual([[], 0]);

      // Another user replaces the session, and ends the wait.
      page.watch.setRenderedSession({ user: JANE });
      expect(page.takeSessions()).toEqual([signedIn(JANE)]);
      page.watch.setRenderedSession({ user: JOHN });
      expect(page.takeSessions()).toEqual([signedIn(JOHN)]);
    },
  );

  it("G7: does not retry a read that failed before the sign-out", async () => {
    const page = openPage();
    void page.watch.refresh();
    await page.fail();
    endChat();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(page.reads).toHaveLength(1);
  });

  it("counts the 10 seconds from the second of two clicks", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    endChat();
    await vi.advanceTimersByTimeAsync(6_000);
    endChat();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(page.reads).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(page.reads).toHaveLength(1);
  });
});

describe("a session that the customer asked to end", () => {
  const X = inSession(JOHN, "session X");
  const Y = inSession(JOHN, "session Y");
  afterEach(() => {
    vi.restoreAllMocks();
    localStorage.clear();
  });

  it("G7: gets no chat when the sign-out has failed, and the page offers other help", async () => {
    const page = openPage();
    await page.renderFor(X);
    endChat();
    await vi.advanceTimersByTimeAsync(10_000);
    page.takeSessions();
    await page.respond(X);
    expect(page.takeSessions()).toEqual([unavailable]);
    focus();
    await page.respond(X);
    expect(page.takeSessions()).toEqual([unavailable]);
  });

  it("G7: gets no chat when the page is rendered again or restored from the page cache", async () => {
    const page = openPage();
    const X = inSession(JOHN, "rendered again");
    await page.renderFor(X);
    endChat();
    page.takeSessions();
    page.watch.setRenderedSession({ user: X });
    expect(page.takeSessions()).toEqual([]);

    dispatchPageEvent("pagehide", true);
    dispatchPageEvent("pageshow", true);
    await page.respond(X);
    page.watch.setRenderedSession({ user: X });
    expect(page.takeSessions().every(({ status }) => status === "unknown")).toBe(true);
  });

  it("G7: gets no chat after a reload", async () => {
    localStorage.setItem("verified-chat-ended-sessions", JSON.stringify(["before the reload"]));
    const page = openPage();
    page.watch.setRenderedSession({ user: inSession(JOHN, "before the reload") });
    expect(page.takeSessions()).toEqual([unavailable]);
  });

  it("G7: gets no chat when the customer signed out while the session was in doubt", async () => {
    const page = openPage();
    const X = inSession(JOHN, "in doubt");
    await page.renderFor(X);
    dispatchPageEvent("pageshow", true);
    endChat();
    await vi.advanceTimersByTimeAsync(10_000);
    page.takeSessions();
    await page.respond(X);
    expect(page.takeSessions()).toEqual([unavailable]);
  });

  it("does not keep the next sign-in from getting its chat at once", async () => {
    const page = openPage();
    await page.renderFor(X);
    endChat();
    page.takeSessions();
    const next = inSession(JOHN, "the next sign-in");
    page.watch.setRenderedSession({ user: next });
    expect(page.takeSessions()).toEqual([signedIn(next)]);
    endChat();
    expect(page.takeSessions()).toEqual([unknown]);
  });

  it("does not affect the next sign-in when the button is pressed twice", async () => {
    localStorage.setItem("verified-chat-ended-sessions", JSON.stringify(["pressed twice"]));
    const page = openPage();
    page.watch.setRenderedSession({ user: inSession(JOHN, "pressed twice") });
    endChat();
    const next = inSession(JOHN, "signed in after that");
    page.watch.setRenderedSession({ user: next });
    expect(page.takeSessions().at(-1)).toEqual(signedIn(next));
  });

  it("G7: gets no chat in the other tabs either", async () => {
    const page = openPage();
    const X = inSession(JOHN, "ended elsewhere");
    await page.renderFor(X);
    await openTab().send({ type: "ending", isCertain: true });
    await vi.advanceTimersByTimeAsync(10_000);
    page.takeSessions();
    await page.respond(X);
    expect(page.takeSessions()).toEqual([unavailable]);
  });

  it("G7: gets no chat in other tabs that learn of it only through localStorage", async () => {
    const page = openPage();
    const X = inSession(JOHN, "ended without a channel");
    await page.renderFor(X);
    localStorage.setItem("verified-chat-ended-sessions", JSON.stringify([X.sessionId]));
    dispatchStorageEvent("verified-chat-ended-sessions");
    expect(page.takeSessions()).toEqual([unknown]);

    // Another session is not affected.
    page.watch.setRenderedSession({ user: Y });
    page.takeSessions();
    dispatchStorageEvent("verified-chat-ended-sessions");
    expect(page.takeSessions()).toEqual([]);
  });

  it.each([
    ["is forbidden", () => vi.spyOn(window, "localStorage", "get").mockImplementation(deny)],
    ["is full", () => vi.spyOn(Storage.prototype, "setItem").mockImplementation(deny)],
    ["holds nonsense", () => localStorage.setItem("verified-chat-ended-sessions", "{")],
    ["holds something else", () => localStorage.setItem("verified-chat-ended-sessions", "null")],
  ])("G7: gets no chat in this page when localStorage %s", async (what, prepare) => {
    prepare();
    const page = openPage();
    const X = inSession(JOHN, what);
    await page.renderFor(X);
    endChat();
    await vi.advanceTimersByTimeAsync(10_000);
    page.takeSessions();
    await page.respond(X);
    expect(page.takeSessions()).toEqual([unavailable]);
  });
});

describe("a browser that lacks or blocks an API", () => {
  const Throwing = class {
    constructor() {
      deny();
    }
  };
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.stubGlobal("BroadcastChannel", TabChannel);
  });

  it.each([
    ["is missing", undefined],
    ["throws", Throwing],
    [
      "throws when it is used",
      class {
        postMessage = deny;
        addEventListener = deny;
        removeEventListener = deny;
      },
    ],
  ])("follows the session when BroadcastChannel %s", async (_, BroadcastChannel) => {
    vi.stubGlobal("BroadcastChannel", BroadcastChannel);
    vi.resetModules();
    const [{ createSessionWatch }, { endChat }] = await Promise.all([
      import("./session-watch"),
      import("./session-channel"),
    ]);
    const sessions: Session[] = [];
    const watch = createSessionWatch({
      readSession: async () => ({ user: null }),
      onSession: (session) => sessions.push(session),
    });
    const stop = watch.listen();
    watch.setRenderedSession({ user: JOHN });
    endChat();
    watch.setRenderedSession({ user: null });
    stop();
    expect(sessions).toEqual([signedIn(JOHN), unknown, signedOut]);
  });

  it.each(["any", "timeout"])("reads the session without AbortSignal.%s", async (method) => {
    vi.stubGlobal("AbortSignal", Object.assign(class {}, { [method]: undefined }));
    const page = openPage();
    await page.renderFor(JOHN);
    focus();
    await page.respond(null);
    expect(page.takeSessions()).toEqual([signedOut]);
  });

  it("G7: ends a session that becomes known only after the sign-out began", async () => {
    vi.resetModules();
    const [{ createSessionWatch }, { endChat }] = await Promise.all([
      import("./session-watch"),
      import("./session-channel"),
    ]);
    const sessions: Session[] = [];
    const watch = createSessionWatch({
      readSession: async () => ({ user: null }),
      onSession: (session) => sessions.push(session),
    });
    cleanUps.push(watch.listen());
    endChat();
    watch.setRenderedSession({ user: inSession(JOHN, "unknown before") });
    watch.setRenderedSession({ user: inSession(JOHN, "unknown before") });
    expect(sessions.every(({ status }) => status === "unknown")).toBe(true);
    watch.setRenderedSession({ user: inSession(JOHN, "the sign-in after it") });
    expect(sessions.at(-1)).toMatchObject({ status: "signed-in" });
  });
});

describe("a message from another tab", () => {
  it("G7: ends the chat at once when that tab signs out, for 10 seconds or until the server confirms it", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    await openTab().send({ type: "ending", isCertain: true });
    focus();
    await page.respond(JOHN);
    expect(page.takeSessions()).toEqual([unknown]);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(page.reads).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(page.reads).toHaveLength(2);
  });

  it("G7: triggers a read when the sign-out there is done", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    const other = openTab();
    await other.send({ type: "ending", isCertain: true });
    await other.send({ type: "session", user: null });
    expect(page.reads).toHaveLength(1);
    await page.respond(null);
    expect(page.takeSessions().at(-1)).toEqual(signedOut);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.reads).toHaveLength(1);
  });

  it.each([
    ["another user", JANE, signedIn(JANE)],
    ["nobody", null, signedOut],
  ])("G2, G7: ends the chat at once when it names %s, and then the server decides", async (_, user, session) => {
    const page = openPage();
    await page.renderFor(JOHN);
    const other = openTab();
    await other.send({ type: "session", user });
    expect([page.takeSessions(), page.reads.length]).toEqual([[unknown], 1]);
    await page.respond(user);
    expect(page.takeSessions()).toEqual([session]);
    expect(other.received).toEqual([]);
  });

  it("G2: is overruled by the server when that tab is stale, and the tabs are corrected", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    const other = openTab();
    await other.send({ type: "session", user: JANE });
    await page.respond(JOHN);
    expect(page.takeSessions()).toEqual([unknown, signedIn(JOHN)]);
    expect(other.received).toEqual([{ type: "session", user: JOHN }]);
  });

  it("is corrected once, and only when it was wrong", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    const other = openTab();
    await other.send({ type: "session", user: JANE });
    await page.respond(JOHN);
    focus();
    await page.respond(JOHN);
    expect(other.received).toHaveLength(1);
  });

  it("is not corrected again within 10 seconds, by a tab that has another session for good", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    const other = openTab();
    for (let times = 0; times < 5; times++) {
      await other.send({ type: "session", user: JANE });
      await page.respond(JOHN);
    }
    expect(other.received).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    await other.send({ type: "session", user: JANE });
    await page.respond(JOHN);
    expect(other.received).toHaveLength(2);
  });

  it("is corrected even if the first read fails", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    const other = openTab();
    await other.send({ type: "session", user: JANE });
    await page.fail();
    await vi.advanceTimersByTimeAsync(3_000);
    await page.respond(JOHN);
    expect(other.received).toEqual([{ type: "session", user: JOHN }]);
  });

  it("is forgotten once the server renders the page", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    const other = openTab();
    await other.send({ type: "session", user: JANE });
    await page.renderFor(JANE);
    other.received.length = 0;
    focus();
    await page.respond(JANE);
    expect(other.received).toEqual([]);
  });

  it("triggers a read while the session is unknown here", async () => {
    const page = openPage();
    await openTab().send({ type: "session", user: JOHN });
    expect(page.reads).toHaveLength(1);
    await page.respond(JOHN);
    expect(page.takeSessions().at(-1)).toEqual(signedIn(JOHN));
  });

  it("is accepted without a read when it has a newer version of the same user", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    const newer = { ...JOHN, identityVersion: 2 };
    await openTab().send({ type: "session", user: newer });
    expect([page.takeSessions(), page.reads.length]).toEqual([[signedIn(newer)], 0]);
  });

  it("G5: changes nothing when it names the same user", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    const other = openTab();
    for (let times = 0; times < 20; times++) await other.send({ type: "session", user: JOHN });
    expect(page.reads).toHaveLength(0);
    expect(page.takeSessions().every((session) => session.status === "signed-in")).toBe(true);
    expect(other.received).toEqual([]);
  });

  it("replaces a pending read when it names another user", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    focus();
    await openTab().send({ type: "session", user: JANE });
    expect([page.reads.length, page.reads[0]!.signal.aborted]).toEqual([2, true]);
    page.takeSessions();
    page.reads[0]!.resolve({ user: JOHN });
    await settle();
    focus();
    expect([page.takeSessions(), page.reads.length]).toEqual([[], 2]);
    await page.respond(JANE);
    expect(page.takeSessions()).toEqual([signedIn(JANE)]);
  });
});

describe("the page cache", () => {
  it("G7: ends the chat of a page that enters it, and nothing is read meanwhile", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    dispatchPageEvent("pagehide", true);
    await vi.advanceTimersByTimeAsync(HOURS);
    expect([page.takeSessions(), page.reads.length]).toEqual([[unknown], 0]);
  });

  it("G7: restores a page without a chat until the session has been read", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    dispatchPageEvent("pagehide", true);
    dispatchPageEvent("pageshow", true);
    expect(page.reads).toHaveLength(1);
    expect(page.takeSessions().every((session) => session.status === "unknown")).toBe(true);
    await page.respond(null);
    expect(page.takeSessions()).toEqual([signedOut]);
  });

  it("G7: restores a page without a chat even if the page never received pagehide", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    dispatchPageEvent("pageshow", true);
    expect([page.takeSessions(), page.reads.length]).toEqual([[unknown], 1]);
  });

  it("G7: drops a read that is pending when the page enters it", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    focus();
    dispatchPageEvent("pagehide", true);
    page.takeSessions();
    await page.respond(JOHN);
    expect(page.takeSessions()).toEqual([]);
  });

  it("G5: does not affect a page that is neither cached nor restored", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    dispatchPageEvent("pagehide", false);
    dispatchPageEvent("pageshow", false);
    expect([page.takeSessions(), page.reads.length]).toEqual([[], 0]);
  });
});

describe("the session's expiry", () => {
  it("G2: ends the chat 16 seconds later, and triggers a read", async () => {
    const page = openPage();
    page.watch.setRenderedSession({ user: JOHN, endsIn: 12 * HOURS });
    page.takeSessions();
    await vi.advanceTimersByTimeAsync(12 * HOURS + 15_999);
    expect([page.takeSessions(), page.reads.length]).toEqual([[], 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect([page.takeSessions(), page.reads.length]).toEqual([[unknown], 1]);
    await page.respond(null);
    expect(page.takeSessions()).toEqual([signedOut]);
  });

  it("G2: is noticed within 15 seconds after a sleep past it", async () => {
    const page = openPage();
    page.watch.setRenderedSession({ user: JOHN, endsIn: 12 * HOURS });
    page.takeSessions();
    await vi.advanceTimersByTimeAsync(1 * HOURS);
    vi.setSystemTime(Date.now() + 20 * HOURS);
    await vi.advanceTimersByTimeAsync(15_000);
    expect([page.takeSessions(), page.reads.length]).toEqual([[unknown], 1]);
  });

  it("G5: is not moved when the clock is set back", async () => {
    const page = openPage();
    page.watch.setRenderedSession({ user: JOHN, endsIn: 12 * HOURS });
    page.takeSessions();
    vi.setSystemTime(Date.now() - 6 * HOURS);
    await vi.advanceTimersByTimeAsync(12 * HOURS + 15_999);
    expect(page.takeSessions()).toEqual([]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(page.takeSessions()[0]).toEqual(unknown);
  });

  it("G5: is extended by a rendering with a later one", async () => {
    const page = openPage();
    page.watch.setRenderedSession({ user: JOHN, endsIn: 1 * HOURS });
    page.watch.setRenderedSession({ user: JOHN, endsIn: 12 * HOURS });
    page.takeSessions();
    await vi.advanceTimersByTimeAsync(11 * HOURS);
    expect([page.takeSessions(), page.reads.length]).toEqual([[], 0]);
  });

  it.each([0, -1, -HOURS, null, NaN])(
    "G5: is ignored when it is not ahead, as a server may say by mistake (%s)",
    async (endsIn) => {
      const page = openPage();
      page.watch.setRenderedSession({ user: JOHN, endsIn: 1 * HOURS });
      page.watch.setRenderedSession({ user: JOHN, endsIn });
      page.takeSessions();
      await vi.advanceTimersByTimeAsync(24 * HOURS);
      expect([page.takeSessions(), page.reads.length]).toEqual([[], 0]);
    },
  );

  it("is ignored when nobody is signed in", async () => {
    const page = openPage();
    page.watch.setRenderedSession({ user: JOHN, endsIn: 1 * HOURS });
    page.watch.setRenderedSession({ user: null });
    page.takeSessions();
    await vi.advanceTimersByTimeAsync(24 * HOURS);
    expect([page.takeSessions(), page.reads.length]).toEqual([[], 0]);
  });
});

describe("listening", () => {
  it("handles no event after it has stopped", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    page.stop();
    const other = openTab();
    await other.send({ type: "session", user: JANE });
    await other.send({ type: "ending", isCertain: true });
    endChat();
    focus();
    online();
    setVisibility("visible");
    dispatchPageEvent("pagehide", true);
    dispatchPageEvent("pageshow", true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([page.takeSessions(), page.reads.length]).toEqual([[], 0]);
  });

  it("handles each event once after it has started again, as React does in development", async () => {
    const page = openPage();
    await page.renderFor(JOHN);
    page.stop();
    cleanUps.push(page.watch.listen());
    await openTab().send({ type: "session", user: JANE });
    expect([page.takeSessions(), page.reads.length]).toEqual([[unknown], 1]);
    await page.respond(JANE);
    page.takeSessions();
    endChat();
    expect(page.takeSessions()).toEqual([unknown]);
  });
});
