// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installWidgetDouble } from "../testing/widget-double";
import { installWidgetRecorder } from "../testing/widget-recorder";
import type { Chat, ChatOptions } from "./chat";
import type { ChatSession, ChatUser } from "./session-channel";

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const JANE = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";
const EMAIL = "john.wick@example.com";
const IDENTITY_URL = "/api/glassix-identity";
const SESSION_URL = "/api/chat-session";
const HOUR = 3_600_000;
const options: ChatOptions = { apiKey: "key", snippetId: "snippet", load: "now" };

const page = globalThis as typeof globalThis & { verifiedChat?: Chat };

/** The server, and what it has received. */
const server = {
  user: null as ChatUser,
  /** Responds to everything but the identity and the session. */
  respond: (async () => new Response()) as (url: string) => Promise<Response>,
  /** Responds to a read of the session in place of `user`. */
  readSession: null as (() => Response | Promise<Response>) | null,
  /** For each request: whose clients were alive when it was sent. */
  received: [] as { request: string; living: string[]; init: RequestInit | undefined }[],
};

const living = () => window.widgetRecorder!.living().map(({ options }) => options.uniqueIdentifier ?? "anonymous");
const count = (request: string) => server.received.filter((entry) => entry.request === request).length;
const countReads = () => count(`GET ${SESSION_URL}`);
const settle = (time = 0) => vi.advanceTimersByTimeAsync(time);
const focus = async () => {
  window.dispatchEvent(new Event("focus"));
  await settle();
};
const post = async (url: string) => {
  await fetch(url, { method: "POST" });
  await settle();
};

/** A customer in a new session. */
const signIn = (uniqueIdentifier = JOHN): ChatUser => ({ uniqueIdentifier, sessionId: crypto.randomUUID() });

async function respond(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
  const url = String(input);
  server.received.push({ request: `${init?.method ?? "GET"} ${url}`, living: living(), init });
  if (url.endsWith(SESSION_URL))
    return server.readSession ? server.readSession() : Response.json({ user: server.user });
  if (!url.endsWith(IDENTITY_URL)) return server.respond(url);
  if (!server.user) return Response.json({ code: "unauthenticated" }, { status: 401 });
  const { uniqueIdentifier } = server.user;
  const payload = btoa(JSON.stringify({ aud: uniqueIdentifier, iat: 0, exp: 18_000 }));
  return Response.json({ uniqueIdentifier, identityToken: `header.${payload}.signature`, expiresAt: 18_000 });
}

/** Rejects when its signal is aborted, as a real fetch does. */
const sendRequest: typeof fetch = (input, init) =>
  new Promise((resolve, reject) => {
    init?.signal?.addEventListener("abort", () => reject(init.signal!.reason));
    respond(input, init).then(resolve, reject);
  });

/** What a chat replaces or adds, and never restores: it lives as long as the page. */
const originals = { open: XMLHttpRequest.prototype.open, pushState: history.pushState };
const removals: (() => void)[] = [];
let getChat: typeof import("./chat").getChat;
let setChatConsent: typeof import("./consent").setChatConsent;

/** Opens a page whose browser reads the session, if `session` is missing. */
async function open(changes: Partial<ChatOptions> = {}, session?: ChatSession): Promise<Chat> {
  const chat = getChat({ ...options, ...changes });
  chat.setSession(session);
  await settle();
  return chat;
}

beforeEach(async () => {
  // Otherwise a later `endChat` would reach the chats of earlier tests.
  vi.resetModules();
  vi.stubGlobal("BroadcastChannel", undefined);
  ({ getChat } = await import("./chat"));
  ({ setChatConsent } = await import("./consent"));
  for (const target of [window, document] as EventTarget[]) {
    const add = target.addEventListener;
    vi.spyOn(target, "addEventListener").mockImplementation((...args) => {
      removals.push(() => target.removeEventListener(args[0], args[1], args[2]));
      add.apply(target, args);
    });
  }
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  vi.stubGlobal("fetch", sendRequest);
  vi.spyOn(console, "error").mockImplementation(() => {});
  Object.assign(server, { user: signIn(), readSession: null, respond: async () => new Response(), received: [] });
  installWidgetRecorder();
  installWidgetDouble();
});
afterEach(() => {
  const misuse = [...window.widgetRecorder!.misuse];
  removals.splice(0).forEach((remove) => remove());
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  XMLHttpRequest.prototype.open = originals.open;
  history.pushState = originals.pushState;
  delete page.verifiedChat;
  delete page.GlassixWidgetClient;
  delete window.widgetClient;
  localStorage.clear();
  document.head.replaceChildren();
  document.body.replaceChildren();
  expect(misuse).toEqual([]);
});

describe("the page's chat", () => {
  it("G1: is created once, and keeps its first options", async () => {
    const chat = await open();
    expect(getChat({ apiKey: "other", snippetId: "other" })).toBe(chat);
    expect(window.widgetRecorder!.clients.map((client) => client.options)).toMatchObject([
      { apiKey: "key", snippetId: "snippet" },
    ]);
  });

  it.each([{ apiKey: undefined }, { apiKey: "" }, { snippetId: undefined }, { snippetId: "" }])(
    "says what it needs when it has %j, and can be created after that",
    async (missing) => {
      expect(() => getChat({ ...options, ...missing })).toThrow("The chat needs apiKey and snippetId.");
      expect(page.verifiedChat).toBeUndefined();
      await open();
      expect(living()).toEqual([JOHN]);
    },
  );

  it.each([
    ["the nonce of the page's first script", {}, "from-the-page"],
    ["its own nonce", { nonce: "own" }, "own"],
  ])("loads Glassix's script with %s", async (_, changes, nonce) => {
    delete page.GlassixWidgetClient;
    document.head.innerHTML =
      '<script type="held" nonce="from-the-page"></script><script type="held" nonce="later"></script>';
    for (const script of document.querySelectorAll("script")) script.nonce = script.getAttribute("nonce")!;
    const tags: HTMLScriptElement[] = [];
    vi.spyOn(document.head, "append").mockImplementation((tag) => {
      (tag as HTMLScriptElement).type = "held";
      tags.push(tag as HTMLScriptElement);
    });
    await open(changes);
    tags[0]!.dispatchEvent(new Event("error"));
    await settle();
    expect(tags.map((tag) => [tag.src, tag.nonce])).toEqual([
      ["https://cdn.glassix.com/clients/widget.1.2.min.js", nonce],
      ["https://cdn.glassix.net/clients/widget.1.2.min.js", nonce],
    ]);
  });

  it("knows whose it is, and tells its subscribers", async () => {
    const chat = getChat(options);
    const users: unknown[] = [];
    const unsubscribe = chat.subscribe(() => users.push(chat.getUser()));
    expect(chat.getUser()).toBeUndefined();
    await open();
    expect([chat.getUser(), users.at(-1)]).toEqual([JOHN, JOHN]);
    server.user = null;
    await focus();
    expect([chat.getUser(), users.at(-1)]).toEqual([null, null]);
    unsubscribe();
    users.length = 0;
    server.user = signIn();
    await focus();
    expect([chat.getUser(), users, living()]).toEqual([JOHN, [], [JOHN]]);
  });

  it("G9: gives a visitor no client when an identity is required", async () => {
    server.user = null;
    const chat = await open({ isIdentityRequired: true });
    expect([living(), chat.getNotice(), chat.getUser()]).toEqual([[], "sign-in", null]);
  });

  it("G2: reads the session again when the identity is another user's", async () => {
    server.readSession = () => Response.json({ user: { uniqueIdentifier: JANE } });
    await open();
    await settle(300);
    expect([living(), countReads()]).toEqual([[], 2]);
    server.readSession = null;
    await settle(10_000);
    expect([living(), window.widgetRecorder!.clients.length]).toEqual([[JOHN], 1]);
  });
});

describe("reading the session", () => {
  it("is not needed for a session that the server has rendered", async () => {
    await open({}, { user: server.user });
    expect([countReads(), living()]).toEqual([0, [JOHN]]);
  });

  it("takes a redirect, which leads to sign-in, for nobody", async () => {
    const response = new Response("<!doctype html><title>Sign in</title>");
    server.readSession = () => Object.defineProperty(response, "redirected", { value: true });
    await open();
    expect(living()).toEqual(["anonymous"]);
  });

  it("uses the addresses that it is given", async () => {
    await open({ sessionUrl: `/base${SESSION_URL}`, identityUrl: `/base${IDENTITY_URL}` });
    expect(living()).toEqual([JOHN]);
    expect(server.received.map(({ request }) => request)).toEqual([
      `GET /base${SESSION_URL}`,
      `POST /base${IDENTITY_URL}`,
    ]);
    // Not from the browser's cache.
    expect(server.received[0]!.init).toMatchObject({ cache: "no-store", signal: expect.any(AbortSignal) });
  });

  it.each<[unknown, string | null, ResponseInit?]>([
    [{ user: { uniqueIdentifier: JOHN }, endsIn: 3_600_000, expires: "2030-01-01" }, JOHN],
    [{ user: { uniqueIdentifier: JOHN.toUpperCase() } }, JOHN],
    [{ user: null }, null],
    [{}, null],
    [null, null],
    ["", null, { status: 401 }],
  ])("accepts %j", async (body, user, init) => {
    server.readSession = () => Response.json(body, init);
    const chat = await open();
    expect([living(), chat.getUser()]).toEqual([[user ?? "anonymous"], user]);
    expect(console.error).not.toHaveBeenCalled();
  });

  it.each<[unknown, names?: string[]]>([
    [{ user: { email: EMAIL, age: 40 } }, ["email", "age"]],
    [{ user: { uniqueIdentifier: 7 }, email: EMAIL }, ["uniqueIdentifier"]],
    [{ uniqueIdentifier: JOHN, email: EMAIL }, ["uniqueIdentifier", "email"]],
    [{ user: false }, []],
    [{ user: EMAIL }, Object.keys(EMAIL)],
    [{ error: `No row for ${EMAIL}` }, ["error"]],
    [[]],
    [EMAIL, Object.keys(EMAIL)],
    [7],
  ])("G8, G11: reports %j once, by its names, and gives nobody a chat", async (body, names = []) => {
    server.readSession = () => Response.json(body);
    const chat = await open();
    await settle(10_000);
    expect(countReads()).toBeGreaterThan(1);
    expect([living(), chat.getUser(), chat.getNotice()]).toEqual([[], undefined, "unavailable"]);
    expect(console.error).toHaveBeenCalledExactlyOnceWith(
      `${SESSION_URL} must return { user: { uniqueIdentifier } }, not`,
      names,
    );
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ["the server fails", () => Response.json({ user: null }, { status: 503 })],
    ["the server refuses", () => Response.json({}, { status: 403 })],
    ["a redirect led to a login page", () => new Response("<!doctype html><title>Sign in</title>")],
    ["the response is empty", () => new Response("")],
    ["the network fails", () => Promise.reject(new TypeError("offline"))],
    ["the server does not respond in time", () => new Promise<Response>(() => {})],
  ])("G8: gives nobody an anonymous chat because %s, and recovers", async (_, readSession) => {
    server.readSession = readSession;
    const chat = await open();
    await settle(12_000);
    expect(window.widgetRecorder!.clients).toEqual([]);
    expect(chat.getUser()).toBeUndefined();
    expect(console.error).not.toHaveBeenCalled();
    server.readSession = null;
    await settle(15_000);
    expect([living(), chat.getNotice()]).toEqual([[JOHN], null]);
  });

  it("can be done by a function of the application", async () => {
    const readSession = vi.fn<(signal: AbortSignal) => Promise<ChatSession>>(async () => ({ user: server.user }));
    await open({ readSession, sessionUrl: "/not-used" });
    expect([living(), countReads(), count("GET /not-used")]).toEqual([[JOHN], 0, 0]);
    expect(readSession.mock.calls).toEqual([[expect.any(AbortSignal)]]);

    readSession.mockRejectedValueOnce(new Error("cannot tell"));
    await focus();
    expect(living()).toEqual([JOHN]);
    server.user = null;
    await focus();
    expect(living()).toEqual(["anonymous"]);
  });
});

describe("what the page sends", () => {
  it("G7: leads to one read of the session soon after its response, and to one for many", async () => {
    await open();
    for (let times = 1; times <= 3; times++) {
      for (let posts = 0; posts < 9; posts++) await post("/api/basket");
      await settle(300);
      expect(countReads()).toBe(1 + times);
    }
    await settle(60_000);
    expect(countReads()).toBe(4);
    expect([living(), window.widgetRecorder!.clients.length]).toEqual([[JOHN], 1]);
  });

  it("G5: leads to one more read for all that was sent while a read was pending", async () => {
    await open();
    let respondLate = () => {};
    server.readSession = () => new Promise((resolve) => (respondLate = () => resolve(Response.json({ user: null }))));
    await post("/api/basket");
    await settle(300);
    await post("/api/basket");
    await settle(300);
    expect(countReads()).toBe(2);
    server.readSession = null;
    respondLate();
    await settle();
    expect(countReads()).toBe(3);
  });

  it("G2: gives the chat to the customer whom a request has signed in", async () => {
    server.user = null;
    await open();
    expect(living()).toEqual(["anonymous"]);
    server.respond = async () => {
      server.user = signIn(JANE);
      return new Response();
    };
    await post("/api/login");
    await settle(300);
    expect(living()).toEqual([JANE]);
  });
});

describe("a sign-out", () => {
  beforeEach(() => {
    server.respond = async () => {
      server.user = null;
      return new Response();
    };
  });

  it("G7: ends the client before its request is sent, and gives the visitor a chat as soon as it is done", async () => {
    await open();
    expect(living()).toEqual([JOHN]);
    await post("/api/auth/signout");
    expect(server.received.find(({ request }) => request === "POST /api/auth/signout")!.living).toEqual([]);
    await settle(300);
    expect(living()).toEqual(["anonymous"]);
    expect([countReads(), window.widgetRecorder!.clients.length]).toEqual([2, 2]);
  });

  it("G7: that fails ends the client for 10 seconds", async () => {
    server.respond = async () => new Response("failed", { status: 500 });
    await open();
    await post("/logout");
    await settle(9_000);
    expect(living()).toEqual([]);
    await settle(2_000);
    expect(living()).toEqual([JOHN]);
  });

  it("G7: that a marked button started is certain, and its session gets no client any more", async () => {
    document.body.innerHTML = "<button data-ends-chat>Sign out</button>";
    const chat = await open();
    document.querySelector("button")!.click();
    await settle(60_000);
    expect([living(), chat.getNotice()]).toEqual([[], "unavailable"]);
    server.user = signIn();
    await focus();
    expect(living()).toEqual([JOHN]);
  });

  it("G7: that a link may lead to ends the client, which comes back if nothing happened", async () => {
    document.body.innerHTML = '<a href="/logout">Sign out</a>';
    document.body.addEventListener("click", (event) => event.preventDefault());
    await open();
    document.querySelector("a")!.click();
    await settle(9_000);
    expect(living()).toEqual([]);
    await settle(2_000);
    expect(living()).toEqual([JOHN]);
  });
});

/** Keeps the page from fetching the vendor's script. The double of it is installed by `run`. */
function holdScripts() {
  delete page.GlassixWidgetClient;
  installWidgetRecorder();
  const tags: HTMLScriptElement[] = [];
  const append = document.head.append.bind(document.head);
  vi.spyOn(document.head, "append").mockImplementation((tag) => {
    (tag as HTMLScriptElement).type = "held";
    append(tag);
    tags.push(tag as HTMLScriptElement);
  });
  const run = async () => {
    installWidgetDouble();
    tags.at(-1)!.dispatchEvent(new Event("load"));
    await settle();
  };
  return { tags, run };
}

const agree = async (isGranted: boolean) => {
  setChatConsent(isGranted);
  await settle();
};

describe("consent", () => {
  it("is asked for before anything is loaded or requested, and loads the chat at once", async () => {
    const { tags, run } = holdScripts();
    const chat = await open({ consent: "ask", load: undefined });
    await settle(60_000);
    expect([chat.getNotice(), chat.getUser(), tags, count(`POST ${IDENTITY_URL}`)]).toEqual(["consent", JOHN, [], 0]);
    await agree(true);
    await run();
    expect([living(), chat.getNotice()]).toEqual([[JOHN], null]);
  });

  it.each([
    [true, null, [JOHN]],
    [false, null, []],
  ])("that was answered before (%s) is not asked for", async (isGranted, notice, whose) => {
    setChatConsent(isGranted);
    const chat = await open({ consent: "ask" });
    expect([chat.getNotice(), living()]).toEqual([notice, whose]);
  });

  it("is not needed by default", async () => {
    setChatConsent(false);
    const chat = await open();
    expect([chat.getNotice(), living()]).toEqual([null, [JOHN]]);
  });

  it("that is denied shows no notice, and loads nothing, whatever the page does", async () => {
    const { tags } = holdScripts();
    const chat = await open({ consent: "ask" });
    await agree(false);
    chat.load();
    chat.open();
    await focus();
    expect([chat.getNotice(), tags, living()]).toEqual([null, [], []]);
  });

  it("that is withdrawn ends the client, and deletes its script and what it has stored", async () => {
    const { tags, run } = holdScripts();
    setChatConsent(true);
    const chat = await open({ consent: "ask" });
    await run();
    window.widgetClient!.setWidgetVisiblity(true);
    await settle();
    localStorage.setItem("glassix-visitor", "1");
    await agree(false);
    expect([living(), chat.getNotice(), chat.getUser()]).toEqual([[], null, JOHN]);
    expect([document.getElementById("glassix-widget-script"), page.GlassixWidgetClient]).toEqual([null, undefined]);
    expect([localStorage.getItem("glassix-visitor"), localStorage.getItem("verified-chat-consent")]).toEqual([
      null,
      "false",
    ]);

    await agree(true);
    expect(tags).toHaveLength(2);
    await run();
    expect([living(), window.widgetRecorder!.clients.at(-1)!.isOpen]).toEqual([[JOHN], false]);
  });

  it("that is withdrawn while the script is loading leads to no client", async () => {
    const { tags, run } = holdScripts();
    setChatConsent(true);
    await open({ consent: "ask" });
    await agree(false);
    await run();
    await settle(60_000);
    expect([tags.length, tags[0]!.ownerDocument === document, living()]).toEqual([1, false, []]);
  });

  it("that is withdrawn or given in another tab is followed", async () => {
    const chat = await open({ consent: "ask" });
    const setElsewhere = async (value: string | null) => {
      if (value === null) localStorage.clear();
      else localStorage.setItem("verified-chat-consent", value);
      window.dispatchEvent(new StorageEvent("storage", { key: value === null ? null : "verified-chat-consent" }));
      installWidgetDouble();
      await settle();
    };
    await setElsewhere("true");
    expect(living()).toEqual([JOHN]);
    await setElsewhere("false");
    expect([living(), chat.getNotice()]).toEqual([[], null]);
    await setElsewhere(null);
    expect([living(), chat.getNotice()]).toEqual([[], "consent"]);
  });

  it("G9: is asked for in required mode once the visitor has signed in", async () => {
    server.user = null;
    const chat = await open({ consent: "ask", isIdentityRequired: true });
    expect(chat.getNotice()).toBe("sign-in");
    server.user = signIn();
    await focus();
    expect([chat.getNotice(), living()]).toEqual(["consent", []]);
    await agree(true);
    expect(living()).toEqual([JOHN]);
  });

  it("is not asked for while the session is unknown", async () => {
    server.readSession = () => Response.json({}, { status: 503 });
    const chat = await open({ consent: "ask" });
    expect([chat.getNotice(), chat.getUser()]).toEqual(["unavailable", undefined]);
  });

  it("tells the page's subscribers of another user, though there is no client", async () => {
    const chat = await open({ consent: "ask" });
    const users: unknown[] = [];
    chat.subscribe(() => users.push(chat.getUser()));
    server.user = signIn(JANE);
    await focus();
    expect([users.at(-1), living()]).toEqual([JANE, []]);
  });
});

describe("loading", () => {
  const stubSaveData = () => vi.stubGlobal("navigator", { connection: { saveData: true } });

  it("is at once for a customer", async () => {
    await open({ load: undefined });
    expect(living()).toEqual([JOHN]);
  });

  it("waits for an idle page for a visitor, who has a launcher meanwhile", async () => {
    server.user = null;
    const requestIdleCallback = vi.fn<typeof window.requestIdleCallback>(
      (callback) => (callback({ didTimeout: false, timeRemaining: () => 1 }), 1),
    );
    vi.stubGlobal("requestIdleCallback", requestIdleCallback);
    const chat = await open({ load: undefined });
    await settle(4_999);
    expect([living(), chat.getNotice()]).toEqual([[], "launcher"]);
    await settle(1);
    expect([living(), chat.getNotice()]).toEqual([["anonymous"], null]);
    expect(requestIdleCallback.mock.calls[0]![1]).toEqual({ timeout: 5_000 });
  });

  it("waits for the page's load event", async () => {
    server.user = null;
    vi.spyOn(document, "readyState", "get").mockReturnValue("interactive");
    await open({ load: undefined });
    await settle(60_000);
    expect(living()).toEqual([]);
    window.dispatchEvent(new Event("load"));
    await settle(5_001);
    expect(living()).toEqual(["anonymous"]);
  });

  it("is at once when the visitor signs in meanwhile", async () => {
    server.user = null;
    await open({ load: undefined });
    server.user = signIn();
    await focus();
    expect(living()).toEqual([JOHN]);
  });

  it.each([
    ["the browser saves data", { load: undefined }],
    ["the option says so", { load: "intent" as const }],
  ])("waits for an intent if %s, for customers as well", async (_, changes) => {
    if (!changes.load) stubSaveData();
    const chat = await open(changes);
    await settle(HOUR);
    expect([living(), chat.getNotice(), chat.getUser(), count(`POST ${IDENTITY_URL}`)]).toEqual([
      [],
      "launcher",
      JOHN,
      0,
    ]);
    chat.load();
    await settle();
    expect([living(), chat.getNotice()]).toEqual([[JOHN], null]);
  });

  it("is at once if the option says so, though the browser saves data", async () => {
    stubSaveData();
    await open({ load: "now" });
    expect(living()).toEqual([JOHN]);
  });

  it("keeps the launcher until the client is attached, and opens the chat after one click", async () => {
    const { run } = holdScripts();
    const chat = await open({ load: "intent" });
    chat.open();
    await settle(1_000);
    expect([chat.getNotice(), chat.isOpening()]).toEqual(["launcher", true]);
    await run();
    expect([chat.getNotice(), chat.isOpening()]).toEqual([null, false]);
    expect(window.widgetRecorder!.clients.map(({ isOpen }) => isOpen)).toEqual([true]);
  });

  it("opens the chat once the session is known, if the launcher was pressed before", async () => {
    const chat = await open({ load: "intent" });
    let respond: (response: Response) => void;
    server.readSession = () => new Promise((resolve) => (respond = resolve));
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    expect(chat.getNotice()).toBe("launcher");
    chat.open();
    await settle();
    expect([window.widgetRecorder!.clients, chat.isOpening()]).toEqual([[], true]);
    respond!(Response.json({ user: server.user }));
    await settle();
    expect(window.widgetRecorder!.clients.map(({ isOpen }) => isOpen)).toEqual([true]);
  });

  it("does not open the chat later if the launcher's page said meanwhile that chat is unavailable", async () => {
    const chat = await open({ load: "intent" });
    server.readSession = () => Promise.reject(new TypeError("offline"));
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    chat.open();
    await settle();
    expect(chat.getNotice()).toBe("unavailable");
    server.readSession = null;
    await settle(15_000);
    expect(window.widgetRecorder!.clients.map(({ isOpen }) => isOpen)).toEqual([false]);
  });

  it("G10: that fails replaces the launcher by the usual notice", async () => {
    const { tags } = holdScripts();
    const chat = await open({ load: "intent" });
    chat.load();
    for (let times = 0; times < 2; times++) {
      tags.at(-1)!.dispatchEvent(new Event("error"));
      await settle();
    }
    expect(chat.getNotice()).toBe("unavailable");
  });

  it("is not held back again after a sign-out", async () => {
    const chat = await open({ load: "intent" });
    chat.load();
    await settle();
    server.user = null;
    await focus();
    expect([living(), chat.getNotice()]).toEqual([["anonymous"], null]);
  });

  it("G9: shows no launcher to a visitor in required mode", async () => {
    server.user = null;
    const chat = await open({ load: "intent", isIdentityRequired: true });
    expect(chat.getNotice()).toBe("sign-in");
  });
});

describe("a new message", () => {
  it("counts until the chat is open, and belongs to one customer", async () => {
    const chat = await open();
    window.widgetRecorder!.living()[0]!.options.events!.newMessage!();
    await settle();
    expect(chat.getNewMessages()).toBe(1);
    server.user = signIn(JANE);
    await focus();
    expect(chat.getNewMessages()).toBe(0);
  });
});
