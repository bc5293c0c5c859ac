// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session } from "./machine";
import { endChat, type SessionSignal, type SessionUser } from "./session-channel";
import { createSessionWatch } from "./session-watch";

const JOHN = { uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32", identityVersion: 1 };
const JANE = { uniqueIdentifier: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b", identityVersion: 1 };
const HOURS = 3_600_000;

const signedIn = (user: typeof JOHN): Session => ({ status: "signed-in", ...user });
const signedOut: Session = { status: "signed-out" };
const inDoubt: Session = { status: "in-doubt" };
const unanswered: Session = { status: "in-doubt", isUnanswered: true };

/** The tabs of one browser. Node's own BroadcastChannel delivers in real time, which stands still here. */
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

/** Another sign-in of a customer has another id. */
const inSession = (user: typeof JOHN, sessionId: string) => ({ ...user, sessionId });

type Question = { signal: AbortSignal; resolve(user: SessionUser): void; reject(): void };

const cleanUps: (() => void)[] = [];
const settle = () => vi.advanceTimersByTimeAsync(0);

/** Another tab of this browser. */
function openTab() {
  const channel = new BroadcastChannel("portal-session");
  const heard: SessionSignal[] = [];
  channel.addEventListener("message", ({ data }) => heard.push(data));
  cleanUps.push(() => channel.close());
  return {
    heard,
    async say(signal: SessionSignal) {
      channel.postMessage(signal);
      await settle();
    },
  };
}

/** A watch in this page, whose server the test holds in its hands. */
function openPage() {
  const questions: Question[] = [];
  const said: Session[] = [];
  const watch = createSessionWatch({
    readSession: (signal) =>
      new Promise((resolve, reject) => {
        questions.push({ signal, resolve, reject: () => reject(new Error("no answer")) });
        signal.addEventListener("abort", () => signal.reason?.name === "TimeoutError" && reject(signal.reason));
      }),
    onSession: (session) => said.push(session),
  });
  const stop = watch.listen();
  cleanUps.push(stop);
  return {
    watch,
    questions,
    said,
    stop,
    async answer(user: SessionUser) {
      questions.at(-1)!.resolve(user);
      await settle();
    },
    async refuse() {
      questions.at(-1)!.reject();
      await settle();
    },
    /** What has been said since this was last asked. */
    news: () => said.splice(0),
    /** The server has rendered the page for `user`, and what that has caused is history. */
    async know(user: SessionUser) {
      watch.tell(user, null);
      await settle();
      said.length = 0;
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
const writeStorage = (key: string) => window.dispatchEvent(Object.assign(new Event("storage"), { key }));
const turnPage = (type: "pagehide" | "pageshow", persisted: boolean) =>
  window.dispatchEvent(Object.assign(new Event(type), { persisted }));

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  cleanUps.splice(0).forEach((cleanUp) => cleanUp());
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("what the server has rendered", () => {
  it("says who is signed in, and tells the other tabs", async () => {
    const page = openPage();
    const other = openTab();
    page.watch.tell(JOHN, null);
    expect(page.news()).toEqual([signedIn(JOHN)]);
    await settle();
    expect(other.heard).toEqual([{ type: "session", user: JOHN }]);
    expect(page.questions).toHaveLength(0);
  });

  it("says that nobody is signed in, and tells the other tabs", async () => {
    const page = openPage();
    const other = openTab();
    page.watch.tell(null, null);
    expect(page.news()).toEqual([signedOut]);
    await settle();
    expect(other.heard).toEqual([{ type: "session", user: null }]);
  });

  it("goes before an answer that was on its way", async () => {
    const page = openPage();
    await page.know(JOHN);
    focus();
    page.watch.tell(JANE, null);
    expect(page.questions[0]!.signal.aborted).toBe(true);
    page.news();
    await page.answer(JOHN);
    expect(page.news()).toEqual([]);
  });

  it("ends the asking again while nothing was known", async () => {
    const page = openPage();
    void page.watch.ask("the page was rendered without a session");
    await page.refuse();
    page.watch.tell(JOHN, null);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.questions).toHaveLength(1);
  });

  it("ends the wait for a sign-out that was under way", async () => {
    const page = openPage();
    await page.know(JOHN);
    endChat();
    page.watch.tell(null, null);
    page.news();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([page.questions.length, page.news()]).toEqual([0, []]);
    focus();
    expect(page.questions).toHaveLength(1);
  });
});

describe("asking the server", () => {
  it.each([
    ["gets the focus", focus],
    ["comes into view", () => setVisibility("visible")],
    ["is online again", online],
  ])("G5: asks when the page %s, and an unchanged answer only confirms", async (_, event) => {
    const page = openPage();
    await page.know(JOHN);
    event();
    expect([page.questions.length, page.news()]).toEqual([1, []]);
    await page.answer(JOHN);
    expect(page.news()).toEqual([signedIn(JOHN)]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([page.questions.length, page.news()]).toEqual([1, []]);
  });

  it("G5: asks once, however many events come at once, and once more: the last may know more than the answer", async () => {
    const page = openPage();
    await page.know(JOHN);
    for (let times = 0; times < 50; times++) {
      focus();
      setVisibility("visible");
      online();
    }
    expect([page.questions.length, page.news()]).toEqual([1, []]);
    await page.answer(JOHN);
    expect(page.questions).toHaveLength(2);
    await page.answer(JOHN);
    expect(page.questions).toHaveLength(2);
    focus();
    expect(page.questions).toHaveLength(3);
  });

  it("G7: a look while a question is on its way is not lost, also when that question gets no answer", async () => {
    const page = openPage();
    await page.know(JOHN);
    focus();
    focus();
    await page.refuse();
    expect(page.questions).toHaveLength(2);
    await page.answer(null);
    expect(page.news()).toEqual([signedOut]);
  });

  it("asks nothing when the page goes out of view", async () => {
    const page = openPage();
    await page.know(JOHN);
    setVisibility("hidden");
    expect(page.questions).toHaveLength(0);
  });

  it.each([
    ["nobody", null, signedOut],
    ["somebody else", JANE, signedIn(JANE)],
  ])("G2, G7: says so when the server knows of %s", async (_, user, session) => {
    const page = openPage();
    await page.know(JOHN);
    focus();
    await page.answer(user);
    expect(page.news()).toEqual([session]);
  });

  it.each([
    ["nobody", null],
    ["somebody else", JANE],
  ])("keeps it to itself when the server knows of %s: the other tabs ask for themselves", async (_, user) => {
    const page = openPage();
    await page.know(JOHN);
    const other = openTab();
    focus();
    await page.answer(user);
    expect(other.heard).toEqual([]);
  });

  it("asks anew on news that an answer on its way may not know", async () => {
    const page = openPage();
    await page.know(JOHN);
    focus();
    void page.watch.ask("identity refused", true);
    expect([page.questions.length, page.questions[0]!.signal.aborted]).toEqual([2, true]);
    page.questions[0]!.resolve(JOHN);
    await settle();
    expect(page.news()).toEqual([]);
    await page.answer(null);
    expect(page.news()).toEqual([signedOut]);
  });

  it("leaves everything as it is when there is no answer: being offline signs nobody out", async () => {
    const page = openPage();
    await page.know(JOHN);
    focus();
    await page.refuse();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([page.questions.length, page.news()]).toEqual([1, []]);
    online();
    expect(page.questions).toHaveLength(2);
  });

  it("G8: says that there was no answer while nothing is known, and asks again every 3 seconds until there is one", async () => {
    const page = openPage();
    void page.watch.ask("the page was rendered without a session");
    for (let tries = 1; tries <= 5; tries++) {
      expect(page.questions).toHaveLength(tries);
      await page.refuse();
      expect(page.news()).toEqual([unanswered]);
      await vi.advanceTimersByTimeAsync(2_999);
      expect(page.questions).toHaveLength(tries);
      await vi.advanceTimersByTimeAsync(1);
    }
    await page.answer(JOHN);
    expect(page.news()).toEqual([signedIn(JOHN)]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.questions).toHaveLength(6);
  });

  it("asks at once, and not twice, when the page gets the focus before the 3 seconds are over", async () => {
    const page = openPage();
    void page.watch.ask("the page was rendered without a session");
    await page.refuse();
    await vi.advanceTimersByTimeAsync(1_000);
    focus();
    expect(page.questions).toHaveLength(2);
    await page.answer(JOHN);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.questions).toHaveLength(2);
  });

  it("takes an answer that is not there after 10 seconds for none", async () => {
    const page = openPage();
    void page.watch.ask("the page was rendered without a session");
    await vi.advanceTimersByTimeAsync(9_999);
    expect(page.questions[0]!.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(page.questions[0]!.signal.aborted).toBe(true);
    page.questions[0]!.resolve(JOHN);
    await vi.advanceTimersByTimeAsync(3_000);
    expect([page.questions.length, page.news()]).toEqual([2, [unanswered]]);
  });
});

describe("signing out in this page", () => {
  it("G7: ends the chat at once, before any answer, and tells the other tabs", async () => {
    const page = openPage();
    await page.know(JOHN);
    const other = openTab();
    endChat();
    expect(page.news()).toEqual([inDoubt]);
    await settle();
    expect(other.heard).toEqual([{ type: "ending" }]);
  });

  it("G7: asks nothing for 10 seconds, whatever happens in the page, and then who is signed in", async () => {
    const page = openPage();
    await page.know(JOHN);
    endChat();
    for (let seconds = 0; seconds < 10; seconds++) {
      focus();
      setVisibility("visible");
      online();
      expect(page.questions).toHaveLength(0);
      await vi.advanceTimersByTimeAsync(seconds < 9 ? 1_000 : 999);
    }
    expect(page.questions).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(page.questions).toHaveLength(1);
    await page.answer(null);
    expect(page.news().at(-1)).toEqual(signedOut);
  });

  it("gives the chat back when the sign-out has failed, where sessions have no id", async () => {
    const page = openPage();
    await page.know(JOHN);
    endChat();
    await vi.advanceTimersByTimeAsync(10_000);
    await page.answer(JOHN);
    expect(page.news().at(-1)).toEqual(signedIn(JOHN));
  });

  it("G7: drops an answer that was on its way: it still names who is about to leave", async () => {
    const page = openPage();
    await page.know(JOHN);
    focus();
    endChat();
    expect(page.questions[0]!.signal.aborted).toBe(true);
    page.news();
    await page.answer(JOHN);
    expect(page.news()).toEqual([]);
  });

  it.each(["this page", "another tab"])(
    "G7: a rendering in %s that is older than the sign-out does not bring back who is leaving",
    async (where) => {
      const page = openPage();
      await page.know(JOHN);
      const other = openTab();
      endChat();
      page.news();
      if (where === "this page") page.watch.tell(JOHN, null);
      else await other.say({ type: "session", user: JOHN });
      expect([page.news(), page.questions.length]).toEqual([[], 0]);

      // Somebody else is news, and so is nobody.
      page.watch.tell(JANE, null);
      expect(page.news()).toEqual([signedIn(JANE)]);
      page.watch.tell(JOHN, null);
      expect(page.news()).toEqual([signedIn(JOHN)]);
    },
  );

  it("G7: does not ask again after 3 seconds what it was asking when the sign-out began", async () => {
    const page = openPage();
    void page.watch.ask("the page was rendered without a session");
    await page.refuse();
    endChat();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(page.questions).toHaveLength(1);
  });

  it("counts the 10 seconds from the last of two clicks", async () => {
    const page = openPage();
    await page.know(JOHN);
    endChat();
    await vi.advanceTimersByTimeAsync(6_000);
    endChat();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(page.questions).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(page.questions).toHaveLength(1);
  });
});

describe("a session that the customer asked to end", () => {
  const X = inSession(JOHN, "session X");
  const Y = inSession(JOHN, "session Y");
  afterEach(() => {
    vi.restoreAllMocks();
    localStorage.clear();
  });

  it("G7: gets no chat when the sign-out has failed: the page offers other help", async () => {
    const page = openPage();
    await page.know(X);
    endChat();
    await vi.advanceTimersByTimeAsync(10_000);
    page.news();
    await page.answer(X);
    expect(page.news()).toEqual([unanswered]);
    focus();
    await page.answer(X);
    expect(page.news()).toEqual([unanswered]);
  });

  it("G7: gets no chat in a page that is rendered or comes back later", async () => {
    const page = openPage();
    const X = inSession(JOHN, "rendered again");
    await page.know(X);
    endChat();
    page.news();
    page.watch.tell(X, null);
    expect(page.news()).toEqual([]);

    turnPage("pagehide", true);
    turnPage("pageshow", true);
    await page.answer(X);
    page.watch.tell(X, null);
    expect(page.news().every(({ status }) => status === "in-doubt")).toBe(true);
  });

  it("G7: gets no chat after a reload", async () => {
    localStorage.setItem("portal-ended-sessions", JSON.stringify(["before the reload"]));
    const page = openPage();
    page.watch.tell(inSession(JOHN, "before the reload"), null);
    expect(page.news()).toEqual([unanswered]);
  });

  it("G7: gets no chat when the button was pressed while it was in doubt whose session it is", async () => {
    const page = openPage();
    const X = inSession(JOHN, "in doubt");
    await page.know(X);
    turnPage("pageshow", true);
    endChat();
    await vi.advanceTimersByTimeAsync(10_000);
    page.news();
    await page.answer(X);
    expect(page.news()).toEqual([unanswered]);
  });

  it("a new sign-in has another session, and its chat at once", async () => {
    const page = openPage();
    await page.know(X);
    endChat();
    page.news();
    const next = inSession(JOHN, "the next sign-in");
    page.watch.tell(next, null);
    expect(page.news()).toEqual([signedIn(next)]);
    endChat();
    expect(page.news()).toEqual([inDoubt]);
  });

  it("a second press in a page that has no chat any more leaves the next sign-in alone", async () => {
    localStorage.setItem("portal-ended-sessions", JSON.stringify(["pressed twice"]));
    const page = openPage();
    page.watch.tell(inSession(JOHN, "pressed twice"), null);
    endChat();
    const next = inSession(JOHN, "signed in after that");
    page.watch.tell(next, null);
    expect(page.news().at(-1)).toEqual(signedIn(next));
  });

  it("G7: has no chat in the other tabs either", async () => {
    const page = openPage();
    const X = inSession(JOHN, "ended elsewhere");
    await page.know(X);
    await openTab().say({ type: "ending" });
    await vi.advanceTimersByTimeAsync(10_000);
    page.news();
    await page.answer(X);
    expect(page.news()).toEqual([unanswered]);
  });

  it("G7: has no chat in the other tabs where only localStorage tells of it", async () => {
    const page = openPage();
    const X = inSession(JOHN, "ended without a channel");
    await page.know(X);
    localStorage.setItem("portal-ended-sessions", JSON.stringify([X.sessionId]));
    writeStorage("portal-ended-sessions");
    expect(page.news()).toEqual([inDoubt]);

    // Of a session that is not this tab's, it says nothing.
    page.watch.tell(Y, null);
    page.news();
    writeStorage("portal-ended-sessions");
    expect(page.news()).toEqual([]);
  });

  it.each([
    ["is forbidden", () => vi.spyOn(window, "localStorage", "get").mockImplementation(deny)],
    ["is full", () => vi.spyOn(Storage.prototype, "setItem").mockImplementation(deny)],
    ["holds nonsense", () => localStorage.setItem("portal-ended-sessions", "{")],
    ["holds something else", () => localStorage.setItem("portal-ended-sessions", "null")],
  ])("G7: gets no chat in this page when localStorage %s", async (what, prepare) => {
    prepare();
    const page = openPage();
    const X = inSession(JOHN, what);
    await page.know(X);
    endChat();
    await vi.advanceTimersByTimeAsync(10_000);
    page.news();
    await page.answer(X);
    expect(page.news()).toEqual([unanswered]);
  });
});

describe("a browser that lacks or forbids what a tab may have", () => {
  const fails = class {
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
    ["throws", fails],
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
    const said: Session[] = [];
    const watch = createSessionWatch({ readSession: async () => null, onSession: (session) => said.push(session) });
    const stop = watch.listen();
    watch.tell(JOHN, null);
    endChat();
    watch.tell(null, null);
    stop();
    expect(said).toEqual([signedIn(JOHN), inDoubt, signedOut]);
  });

  it.each(["any", "timeout"])("asks the server without AbortSignal.%s", async (method) => {
    vi.stubGlobal("AbortSignal", Object.assign(class {}, { [method]: undefined }));
    const page = openPage();
    await page.know(JOHN);
    focus();
    await page.answer(null);
    expect(page.news()).toEqual([signedOut]);
  });

  it("G7: a sign-out that began before the page knew whose session it was ends the session that it then learns of", async () => {
    vi.resetModules();
    const [{ createSessionWatch }, { endChat }] = await Promise.all([
      import("./session-watch"),
      import("./session-channel"),
    ]);
    endChat();
    const said: Session[] = [];
    const watch = createSessionWatch({ readSession: async () => null, onSession: (session) => said.push(session) });
    cleanUps.push(watch.listen());
    watch.tell(inSession(JOHN, "unknown before"), null);
    watch.tell(inSession(JOHN, "unknown before"), null);
    expect(said.every(({ status }) => status === "in-doubt")).toBe(true);
    watch.tell(inSession(JOHN, "the sign-in after it"), null);
    expect(said.at(-1)).toMatchObject({ status: "signed-in" });
  });
});

describe("the other tabs", () => {
  it("G7: a sign-out there ends the chat here at once, and nothing is asked for 10 seconds", async () => {
    const page = openPage();
    await page.know(JOHN);
    await openTab().say({ type: "ending" });
    expect(page.news()).toEqual([inDoubt]);
    focus();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(page.questions).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(page.questions).toHaveLength(1);
  });

  it("G7: asks at once when that tab says that the sign-out is done", async () => {
    const page = openPage();
    await page.know(JOHN);
    const other = openTab();
    await other.say({ type: "ending" });
    await other.say({ type: "session", user: null });
    expect(page.questions).toHaveLength(1);
    await page.answer(null);
    expect(page.news().at(-1)).toEqual(signedOut);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.questions).toHaveLength(1);
  });

  it.each([
    ["another user", JANE, signedIn(JANE)],
    ["nobody", null, signedOut],
  ])("G2, G7: %s there ends the chat here at once, and then the server's word counts", async (_, user, session) => {
    const page = openPage();
    await page.know(JOHN);
    const other = openTab();
    await other.say({ type: "session", user });
    expect([page.news(), page.questions.length]).toEqual([[inDoubt], 1]);
    await page.answer(user);
    expect(page.news()).toEqual([session]);
    expect(other.heard).toEqual([]);
  });

  it("G2: believes the server and not a tab that was rendered long ago, and puts the tabs right", async () => {
    const page = openPage();
    await page.know(JOHN);
    const other = openTab();
    await other.say({ type: "session", user: JANE });
    await page.answer(JOHN);
    expect(page.news()).toEqual([inDoubt, signedIn(JOHN)]);
    expect(other.heard).toEqual([{ type: "session", user: JOHN }]);
  });

  it("puts the tabs right once, and only where they were wrong", async () => {
    const page = openPage();
    await page.know(JOHN);
    const other = openTab();
    await other.say({ type: "session", user: JANE });
    await page.answer(JOHN);
    focus();
    await page.answer(null);
    expect(other.heard).toHaveLength(1);
  });

  it("puts the tabs right also when the server answers only at the second time of asking", async () => {
    const page = openPage();
    await page.know(JOHN);
    const other = openTab();
    await other.say({ type: "session", user: JANE });
    await page.refuse();
    await vi.advanceTimersByTimeAsync(3_000);
    await page.answer(JOHN);
    expect(other.heard).toEqual([{ type: "session", user: JOHN }]);
  });

  it("forgets what a tab has said when the server renders the page", async () => {
    const page = openPage();
    await page.know(JOHN);
    const other = openTab();
    await other.say({ type: "session", user: JANE });
    await page.know(JANE);
    other.heard.length = 0;
    focus();
    await page.answer(null);
    expect(other.heard).toEqual([]);
  });

  it("asks when a tab speaks while nothing is known here", async () => {
    const page = openPage();
    await openTab().say({ type: "session", user: JOHN });
    expect(page.questions).toHaveLength(1);
    await page.answer(JOHN);
    expect(page.news().at(-1)).toEqual(signedIn(JOHN));
  });

  it("takes a newer version of the same user without asking", async () => {
    const page = openPage();
    await page.know(JOHN);
    const newer = { ...JOHN, identityVersion: 2 };
    await openTab().say({ type: "session", user: newer });
    expect([page.news(), page.questions.length]).toEqual([[signedIn(newer)], 0]);
  });

  it("G5: the same user there changes nothing here", async () => {
    const page = openPage();
    await page.know(JOHN);
    const other = openTab();
    for (let times = 0; times < 20; times++) await other.say({ type: "session", user: JOHN });
    expect(page.questions).toHaveLength(0);
    expect(page.news().every((session) => session.status === "signed-in")).toBe(true);
    expect(other.heard).toEqual([]);
  });

  it("drops an answer that was on its way when a tab named another user, and asks anew", async () => {
    const page = openPage();
    await page.know(JOHN);
    focus();
    await openTab().say({ type: "session", user: JANE });
    expect([page.questions.length, page.questions[0]!.signal.aborted]).toEqual([2, true]);
    page.news();
    page.questions[0]!.resolve(JOHN);
    await settle();
    focus();
    expect([page.news(), page.questions.length]).toEqual([[], 2]);
    await page.answer(JANE);
    expect(page.news()).toEqual([signedIn(JANE)]);
  });
});

describe("the page cache", () => {
  it("G7: a page that is kept there has nobody's chat, and asks nothing while it is away", async () => {
    const page = openPage();
    await page.know(JOHN);
    turnPage("pagehide", true);
    await vi.advanceTimersByTimeAsync(HOURS);
    expect([page.news(), page.questions.length]).toEqual([[inDoubt], 0]);
  });

  it("G7: a page that comes back from there asks before it shows anybody's chat", async () => {
    const page = openPage();
    await page.know(JOHN);
    turnPage("pagehide", true);
    turnPage("pageshow", true);
    expect(page.questions).toHaveLength(1);
    expect(page.news().every((session) => session.status === "in-doubt")).toBe(true);
    await page.answer(null);
    expect(page.news()).toEqual([signedOut]);
  });

  it("G7: a page that was frozen before it could say goodbye has nobody's chat when it comes back", async () => {
    const page = openPage();
    await page.know(JOHN);
    turnPage("pageshow", true);
    expect([page.news(), page.questions.length]).toEqual([[inDoubt], 1]);
  });

  it("G7: drops an answer that was on its way when the page was put there", async () => {
    const page = openPage();
    await page.know(JOHN);
    focus();
    turnPage("pagehide", true);
    page.news();
    await page.answer(JOHN);
    expect(page.news()).toEqual([]);
  });

  it("G5: a page that is neither kept nor restored takes no notice", async () => {
    const page = openPage();
    await page.know(JOHN);
    turnPage("pagehide", false);
    turnPage("pageshow", false);
    expect([page.news(), page.questions.length]).toEqual([[], 0]);
  });
});

describe("the session's end", () => {
  it("G2: nobody's chat from 16 seconds after it, and the server is asked", async () => {
    const page = openPage();
    page.watch.tell(JOHN, 12 * HOURS);
    page.news();
    await vi.advanceTimersByTimeAsync(12 * HOURS + 15_999);
    expect([page.news(), page.questions.length]).toEqual([[], 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect([page.news(), page.questions.length]).toEqual([[inDoubt], 1]);
    await page.answer(null);
    expect(page.news()).toEqual([signedOut]);
  });

  it("G2: is noticed within 15 seconds after a sleep that jumped over it", async () => {
    const page = openPage();
    page.watch.tell(JOHN, 12 * HOURS);
    page.news();
    await vi.advanceTimersByTimeAsync(1 * HOURS);
    vi.setSystemTime(Date.now() + 20 * HOURS);
    await vi.advanceTimersByTimeAsync(15_000);
    expect([page.news(), page.questions.length]).toEqual([[inDoubt], 1]);
  });

  it("G5: setting the clock back neither brings it nearer nor puts it off", async () => {
    const page = openPage();
    page.watch.tell(JOHN, 12 * HOURS);
    page.news();
    vi.setSystemTime(Date.now() - 6 * HOURS);
    await vi.advanceTimersByTimeAsync(12 * HOURS + 15_999);
    expect(page.news()).toEqual([]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(page.news()[0]).toEqual(inDoubt);
  });

  it("G5: moves with each rendering that knows a later one", async () => {
    const page = openPage();
    page.watch.tell(JOHN, 1 * HOURS);
    page.watch.tell(JOHN, 12 * HOURS);
    page.news();
    await vi.advanceTimersByTimeAsync(11 * HOURS);
    expect([page.news(), page.questions.length]).toEqual([[], 0]);
  });

  it("is none when nobody is signed in", async () => {
    const page = openPage();
    page.watch.tell(JOHN, 1 * HOURS);
    page.watch.tell(null, null);
    page.news();
    await vi.advanceTimersByTimeAsync(24 * HOURS);
    expect([page.news(), page.questions.length]).toEqual([[], 0]);
  });
});

describe("listening", () => {
  it("hears nothing any more when it was stopped", async () => {
    const page = openPage();
    await page.know(JOHN);
    page.stop();
    const other = openTab();
    await other.say({ type: "session", user: JANE });
    await other.say({ type: "ending" });
    endChat();
    focus();
    online();
    setVisibility("visible");
    turnPage("pagehide", true);
    turnPage("pageshow", true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([page.news(), page.questions.length]).toEqual([[], 0]);
  });

  it("hears everything once when it has begun again, as React makes it in development", async () => {
    const page = openPage();
    await page.know(JOHN);
    page.stop();
    cleanUps.push(page.watch.listen());
    await openTab().say({ type: "session", user: JANE });
    expect([page.news(), page.questions.length]).toEqual([[inDoubt], 1]);
    await page.answer(JANE);
    page.news();
    endChat();
    expect(page.news()).toEqual([inDoubt]);
  });
});
