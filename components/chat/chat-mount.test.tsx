// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { act, startTransition, StrictMode, Suspense, use, type ReactNode } from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { brand } from "@/lib/brand";
import type { WidgetOptions } from "@/lib/glassix/widget/client";
import { endChat } from "@/lib/glassix/widget/session-channel";
import type { SessionUser } from "@/lib/glassix/widget/session-channel";
import type { ChatClient } from "./chat-client";
import { ChatMount } from "./chat-mount";
import { ChatCorner, ChatUnavailable, SignInToChat } from "./chat-status";

const router = vi.hoisted(() => ({ refresh: vi.fn() }));
let pathname = "/portal";
vi.mock("next/navigation", () => ({ useRouter: () => router, usePathname: () => pathname }));

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const JANE = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";
const HOURS = 3_600_000;

type RecordedClient = { state: string; options: WidgetOptions };
const page = globalThis as typeof globalThis & {
  IS_REACT_ACT_ENVIRONMENT?: boolean;
  portalChat?: ChatClient;
  widgetRecorder: { clients: RecordedClient[]; misuse: string[]; living(): RecordedClient[] };
};

const [recorder, double] = ["e2e/widget-recorder.js", "e2e/widget-double.js"].map((file) => readFileSync(file, "utf8"));
const run = (script: string) => new Function("window", script)(window);

/** What the server knows, and how often it was asked. */
const server = {
  user: null as SessionUser,
  /** The endpoint's answer when there is no identity to be had. */
  refusal: null as Response | null,
  asked: { identity: 0, session: 0 },
};

async function answer(url: string): Promise<Response> {
  if (url === "/api/auth/session") {
    server.asked.session++;
    return Response.json(server.user ? { user: server.user } : {});
  }
  expect(url).toBe("/api/glassix-identity");
  server.asked.identity++;
  if (server.refusal) return server.refusal.clone();
  if (!server.user) return Response.json({ code: "unauthenticated" }, { status: 401 });
  const { uniqueIdentifier } = server.user;
  const payload = btoa(JSON.stringify({ aud: uniqueIdentifier, iat: 0, exp: 18_000 }));
  return Response.json({ uniqueIdentifier, identityToken: `header.${payload}.signature`, expiresAt: 18_000 });
}

const user = (uniqueIdentifier: string): SessionUser => ({ uniqueIdentifier, identityVersion: 1 });

/** What the server sends with each rendering: never the same object twice. */
const properties = (uniqueIdentifier: string | null, { isIdentityRequired = false } = {}) => ({
  config: {
    apiKey: "key",
    snippetId: "snippet",
    scriptUrls: ["https://cdn.example/widget.js"],
    isIdentityRequired,
  },
  unavailable: <ChatUnavailable />,
  signIn: <SignInToChat />,
  session: {
    user: uniqueIdentifier === null ? null : user(uniqueIdentifier),
    endsIn: uniqueIdentifier === null ? null : 12 * HOURS,
  },
});

/** Keeps the page from fetching scripts: what becomes of the tags is the test's to say. */
function holdScripts(): HTMLScriptElement[] {
  const tags: HTMLScriptElement[] = [];
  vi.spyOn(document.head, "append").mockImplementation((tag) => {
    (tag as HTMLScriptElement).type = "held";
    tags.push(tag as HTMLScriptElement);
  });
  return tags;
}

const roots: Root[] = [];

function createPage(): Root {
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  roots.push(root);
  return root;
}

async function settle(change: () => void = () => {}) {
  await act(async () => {
    change();
    await vi.advanceTimersByTimeAsync(0);
  });
}

const show = (root: Root, node: ReactNode) => settle(() => root.render(<ChatCorner>{node}</ChatCorner>));
const wait = (time: number) => act(() => vi.advanceTimersByTimeAsync(time));
const focus = () => settle(() => void window.dispatchEvent(new Event("focus")));

const status = () => document.querySelector("[role=status]");
const link = (name: string) => [...document.querySelectorAll("a")].find(({ textContent }) => textContent === name);
const living = () => page.widgetRecorder.living().map(({ options }) => options.uniqueIdentifier ?? "anonymous");

/** A component that keeps what stands beside it from being shown until `resolve` is called. */
function createSuspendedSibling() {
  const rendered = vi.fn();
  let resolve = () => {};
  const promise = new Promise<null>((done) => (resolve = () => done(null)));
  function Sibling() {
    rendered();
    return use(promise);
  }
  return { Sibling, rendered, resolve };
}

/** John's chat is there, and nothing was done twice for it. */
function expectOneChat() {
  expect(living()).toEqual([JOHN]);
  expect(page.widgetRecorder.clients).toHaveLength(1);
  expect(page.widgetRecorder.misuse).toEqual([]);
  expect(server.asked.identity).toBe(1);
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  page.IS_REACT_ACT_ENVIRONMENT = true;
  vi.stubGlobal("fetch", vi.fn(answer));
  vi.spyOn(console, "error");
  vi.spyOn(navigator, "sendBeacon").mockReturnValue(true);
  Object.assign(server, { user: user(JOHN), refusal: null, asked: { identity: 0, session: 0 } });
  run(`${recorder}\n${double}`);
});
afterEach(async () => {
  await settle(() => roots.splice(0).forEach((root) => root.unmount()));
  const complaints = [...vi.mocked(console.error).mock.calls];
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  router.refresh.mockReset();
  document.head.replaceChildren();
  document.body.replaceChildren();
  delete page.portalChat;
  delete page.GlassixWidgetClient;
  delete window.widgetClient;
  expect(complaints).toEqual([]);
});

describe("one chat, whatever React does", () => {
  it("G1: when it mounts everything twice (StrictMode)", async () => {
    await show(
      createPage(),
      <StrictMode>
        <ChatMount {...properties(JOHN)} />
      </StrictMode>,
    );
    expectOneChat();
  });

  it("G1: when there are two copies of the component", async () => {
    await show(
      createPage(),
      <>
        <ChatMount {...properties(JOHN)} />
        <ChatMount {...properties(JOHN)} />
      </>,
    );
    expectOneChat();
    await show(createPage(), <ChatMount {...properties(JOHN)} />);
    expectOneChat();
  });

  it("G1: when the component goes and comes again", async () => {
    for (let times = 0; times < 3; times++) {
      const root = createPage();
      await show(root, <ChatMount {...properties(JOHN)} />);
      await settle(() => root.unmount());
    }
    await show(createPage(), <ChatMount {...properties(JOHN)} />);
    expectOneChat();
  });

  it("G5: when each rendering brings a new object that says the same", async () => {
    const root = createPage();
    for (let times = 0; times < 50; times++) await show(root, <ChatMount {...properties(JOHN)} />);
    expectOneChat();
    expect(server.asked.session).toBe(0);
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("G1: when fast refresh brings a new copy of every file", async () => {
    const root = createPage();
    await show(root, <ChatMount {...properties(JOHN)} />);
    vi.resetModules();
    const { ChatMount: NewChatMount } = await import("./chat-mount");
    expect(NewChatMount).not.toBe(ChatMount);
    await show(root, <NewChatMount {...properties(JOHN)} />);
    expectOneChat();

    server.user = user(JANE);
    await show(root, <NewChatMount {...properties(JANE)} />);
    expect(living()).toEqual([JANE]);
  });

  it("G1: when it renders on the server first and hydrates", async () => {
    const container = document.body.appendChild(document.createElement("div"));
    container.innerHTML = renderToString(<ChatMount {...properties(JOHN)} />);
    expect(page.portalChat).toBeUndefined();
    await settle(() => roots.push(hydrateRoot(container, <ChatMount {...properties(JOHN)} />)));
    expectOneChat();
  });

  it("G1, G5: when it throws a rendering away that was never shown", async () => {
    const root = createPage();
    const { Sibling, rendered, resolve } = createSuspendedSibling();
    await show(root, <Suspense>nothing yet</Suspense>);

    await settle(() =>
      startTransition(() =>
        root.render(
          <Suspense>
            <ChatMount {...properties(JANE)} />
            <Sibling />
          </Suspense>,
        ),
      ),
    );
    expect(rendered).toHaveBeenCalled();
    expect([living(), server.asked.identity, status()]).toEqual([[], 0, null]);

    await show(root, <ChatMount {...properties(JOHN)} />);
    await settle(resolve);
    expectOneChat();
  });

  it("G1, G5: when a rendering waits for what stands beside it, and then is shown", async () => {
    const root = createPage();
    await show(root, <ChatMount {...properties(JOHN)} />);
    const { Sibling, rendered, resolve } = createSuspendedSibling();
    await settle(() =>
      startTransition(() =>
        root.render(
          <>
            <ChatMount {...properties(JOHN)} />
            <Sibling />
          </>,
        ),
      ),
    );
    expect(rendered).toHaveBeenCalled();
    expectOneChat();
    await settle(resolve);
    expectOneChat();
  });

  it("G1: with one script, where the page has none yet", async () => {
    delete page.GlassixWidgetClient;
    run(recorder!);
    const tags = holdScripts();
    await show(
      createPage(),
      <StrictMode>
        <ChatMount {...properties(JOHN)} />
        <ChatMount {...properties(JOHN)} />
      </StrictMode>,
    );
    await show(createPage(), <ChatMount {...properties(JOHN)} />);
    expect(tags.map(({ src }) => src)).toEqual(["https://cdn.example/widget.js"]);

    await settle(() => {
      run(double!);
      tags[0]!.dispatchEvent(new Event("load"));
    });
    expectOneChat();
    expect(tags).toHaveLength(1);
  });
});

describe("who is signed in", () => {
  it("G2, G4: another user in a rendering gets a client of their own, in place of the first", async () => {
    const root = createPage();
    await show(root, <ChatMount {...properties(JOHN)} />);
    server.user = user(JANE);
    await show(root, <ChatMount {...properties(JANE)} />);
    expect(living()).toEqual([JANE]);
    expect(page.widgetRecorder.clients).toHaveLength(2);
    expect(page.widgetRecorder.misuse).toEqual([]);
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("G2: a rendering without a user ends the user's client and gives a stranger theirs", async () => {
    const root = createPage();
    await show(root, <ChatMount {...properties(JOHN)} />);
    await show(root, <ChatMount {...properties(null)} />);
    expect(living()).toEqual(["anonymous"]);
    expect(page.widgetRecorder.misuse).toEqual([]);
  });

  it("G7: the client is gone before a sign-out leaves the browser", async () => {
    await show(createPage(), <ChatMount {...properties(JOHN)} />);
    act(() => endChat());
    expect(living()).toEqual([]);
    expect(server.asked.session).toBe(0);
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("asks the endpoint when the server could not tell, and does not fetch the page again for its answer", async () => {
    await show(createPage(), <ChatMount {...properties(JOHN)} session={null} />);
    expect(server.asked.session).toBe(1);
    expectOneChat();
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("G5: the same user, found when the page gets the focus, changes nothing", async () => {
    await show(createPage(), <ChatMount {...properties(JOHN)} />);
    for (let times = 0; times < 3; times++) await focus();
    expect(server.asked.session).toBe(3);
    expectOneChat();
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("G7: a route change asks who is signed in; the first route does not, because the server has just said it", async () => {
    const root = createPage();
    server.user = user(JOHN);
    const first = properties(JOHN);
    await show(root, <ChatMount {...first} />);
    expect(server.asked.session).toBe(0);
    server.user = null;
    pathname = "/login";
    await show(root, <ChatMount {...first} />);
    pathname = "/portal";
    expect([server.asked.session, living()]).toEqual([1, ["anonymous"]]);
  });

  it.each([
    ["another user", JANE, JANE],
    ["nobody", null, "anonymous"],
  ])(
    "G7: %s, found when the page gets the focus, has the chat, and the page is fetched again once",
    async (_, uniqueIdentifier, whose) => {
      const root = createPage();
      await show(root, <ChatMount {...properties(JOHN)} />);
      server.user = uniqueIdentifier === null ? null : user(uniqueIdentifier);
      for (let times = 0; times < 3; times++) await focus();
      expect(living()).toEqual([whose]);
      expect(page.widgetRecorder.misuse).toEqual([]);
      expect(router.refresh).toHaveBeenCalledTimes(1);

      await show(root, <ChatMount {...properties(uniqueIdentifier)} />);
      await focus();
      expect(living()).toEqual([whose]);
      expect(page.widgetRecorder.clients).toHaveLength(2);
      expect(router.refresh).toHaveBeenCalledTimes(1);
    },
  );

  it("G5: a page that is online again after having been offline keeps its chat", async () => {
    await show(createPage(), <ChatMount {...properties(JOHN)} />);
    vi.mocked(fetch).mockRejectedValueOnce(new TypeError("offline"));
    await focus();
    await settle(() => void window.dispatchEvent(new Event("online")));
    expectOneChat();
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("does not take an answer that the server could not give for nobody", async () => {
    await show(createPage(), <ChatMount {...properties(JOHN)} />);
    vi.mocked(fetch).mockResolvedValueOnce(Response.json({ error: "Unavailable" }, { status: 503 }));
    await focus();
    expectOneChat();
    expect(router.refresh).not.toHaveBeenCalled();
  });
});

describe("what stands in the chat's corner", () => {
  it("is an empty status while all is well, in the page from the first: what changes in it is announced", async () => {
    const container = document.body.appendChild(document.createElement("div"));
    const corner = () => (
      <ChatCorner>
        <ChatMount {...properties(JOHN)} />
      </ChatCorner>
    );
    container.innerHTML = renderToString(corner());
    const first = status();
    await settle(() => roots.push(hydrateRoot(container, corner())));
    expect(living()).toEqual([JOHN]);
    expect(first!.textContent).toBe("");
    expect(status()).toBe(first);
  });

  it("G8: says that the chat is unavailable when minting fails for good, and how else to reach someone", async () => {
    server.refusal = Response.json({ code: "account-disabled" }, { status: 403 });
    const root = createPage();
    await show(root, <ChatMount {...properties(JOHN)} />);
    const first = status();
    expect(first!.textContent).toContain("Chat is unavailable");
    expect(link(brand.phone.text)?.getAttribute("href")).toBe(brand.phone.href);
    expect(link(brand.email.text)?.getAttribute("href")).toBe(brand.email.href);
    await wait(HOURS);
    expect([living(), server.asked.identity]).toEqual([[], 1]);

    Object.assign(server, { user: user(JANE), refusal: null });
    await show(root, <ChatMount {...properties(JANE)} />);
    expect(living()).toEqual([JANE]);
    expect(status()).toBe(first);
    expect(first!.textContent).toBe("");
  });

  it("G8: says so while minting fails, and no longer when the chat has recovered by itself", async () => {
    server.refusal = Response.json({ code: "unavailable" }, { status: 503, headers: { "Retry-After": "30" } });
    await show(createPage(), <ChatMount {...properties(JOHN)} />);
    expect(status()!.textContent).toContain("Chat is unavailable");
    expect(living()).toEqual([]);

    server.refusal = null;
    await wait(30_000);
    expect(living()).toEqual([JOHN]);
    expect(status()!.textContent).toBe("");
  });

  it("G10: says so when the script cannot be loaded", async () => {
    delete page.GlassixWidgetClient;
    const tags = holdScripts();
    await show(createPage(), <ChatMount {...properties(JOHN)} />);
    expect(status()!.textContent).toBe("");
    await settle(() => tags[0]!.dispatchEvent(new Event("error")));
    expect(status()!.textContent).toContain("Chat is unavailable");
  });

  it("G9: offers a stranger to sign in, where required mode is on", async () => {
    const root = createPage();
    await show(root, <ChatMount {...properties(null, { isIdentityRequired: true })} />);
    expect(status()!.contains(link("Sign in to chat")!)).toBe(true);
    expect(link("Sign in to chat")!.getAttribute("href")).toBe("/login");
    expect(living()).toEqual([]);

    await show(root, <ChatMount {...properties(JOHN, { isIdentityRequired: true })} />);
    expect(link("Sign in to chat")).toBeUndefined();
    expect(living()).toEqual([JOHN]);
  });
});

describe("in a browser that lacks or forbids something", () => {
  const fail = () => {
    throw new Error("not in this browser");
  };

  it("the page stays, without a chat and with other help, whatever the chat throws (G2)", async () => {
    const root = createPage();
    await show(root, <ChatMount {...properties(JOHN)} />);
    expect(living()).toEqual([JOHN]);
    vi.spyOn(window, "addEventListener").mockImplementation(fail);
    await show(root, <ChatMount {...properties(JOHN)} />);
    expect(status()!.textContent).toContain("Chat is unavailable");
    expect(living()).toEqual([]);
    vi.mocked(console.error).mockClear();
  });

  it("the page stays when not even the chat's parts can be made", async () => {
    vi.spyOn(document, "querySelector").mockImplementation(fail);
    await show(createPage(), <ChatMount {...properties(JOHN)} />);
    expect(document.body.textContent).toContain("Chat is unavailable");
    vi.mocked(console.error).mockClear();
  });

  it("G7: no chat returns to a session that the customer asked to end, and other help is offered", async () => {
    const ended = { ...user(JOHN)!, sessionId: crypto.randomUUID() };
    server.user = ended;
    const root = createPage();
    const rendered = { ...properties(JOHN), session: { user: ended, endsIn: 12 * HOURS } };
    await show(root, <ChatMount {...rendered} />);
    expect(living()).toEqual([JOHN]);
    await settle(endChat);
    expect(living()).toEqual([]);
    expect(status()!.textContent).toBe("");
    await show(root, <ChatMount {...rendered} session={{ ...rendered.session }} />);
    await wait(10_000);
    await focus();
    expect(living()).toEqual([]);
    expect(status()!.textContent).toContain("Chat is unavailable");

    server.user = { ...ended, sessionId: crypto.randomUUID() };
    await show(root, <ChatMount {...rendered} session={{ user: server.user, endsIn: 12 * HOURS }} />);
    expect(living()).toEqual([JOHN]);
    expect(status()!.textContent).toBe("");
  });
});
