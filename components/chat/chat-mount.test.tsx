// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { act, startTransition, StrictMode, Suspense, use, type ReactNode } from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { brand } from "@/lib/brand";
import type { WidgetOptions } from "@/lib/glassix/widget/client";
import { endChat } from "@/lib/glassix/widget/session-channel";
import type { ChatUser } from "@/lib/glassix/widget/session-channel";
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

/** The server's session, and how many requests it has received. */
const server = {
  user: null as ChatUser,
  /** The identity endpoint's response while it refuses. */
  refusal: null as Response | null,
  requests: { identity: 0, session: 0 },
};

async function respond(url: string): Promise<Response> {
  if (url === "/api/auth/session") {
    server.requests.session++;
    return Response.json(server.user ? { user: server.user } : {});
  }
  expect(url).toBe("/api/glassix-identity");
  server.requests.identity++;
  if (server.refusal) return server.refusal.clone();
  if (!server.user) return Response.json({ code: "unauthenticated" }, { status: 401 });
  const { uniqueIdentifier } = server.user;
  const payload = btoa(JSON.stringify({ aud: uniqueIdentifier, iat: 0, exp: 18_000 }));
  return Response.json({ uniqueIdentifier, identityToken: `header.${payload}.signature`, expiresAt: 18_000 });
}

const user = (uniqueIdentifier: string): ChatUser => ({ uniqueIdentifier, identityVersion: 1 });

/** The props of one server rendering: never the same object twice. */
const createProps = (uniqueIdentifier: string | null, { isIdentityRequired = false } = {}) => ({
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

/** Keeps the page from fetching scripts, and returns their tags. */
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

/** A component that suspends its siblings until `resolve` is called. */
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

/** John has one client, made with one identity request. */
function expectOneChat() {
  expect(living()).toEqual([JOHN]);
  expect(page.widgetRecorder.clients).toHaveLength(1);
  expect(page.widgetRecorder.misuse).toEqual([]);
  expect(server.requests.identity).toBe(1);
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  page.IS_REACT_ACT_ENVIRONMENT = true;
  vi.stubGlobal("fetch", vi.fn(respond));
  vi.spyOn(console, "error");
  vi.spyOn(navigator, "sendBeacon").mockReturnValue(true);
  Object.assign(server, { user: user(JOHN), refusal: null, requests: { identity: 0, session: 0 } });
  run(`${recorder}\n${double}`);
});
afterEach(async () => {
  await settle(() => roots.splice(0).forEach((root) => root.unmount()));
  const errors = [...vi.mocked(console.error).mock.calls];
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  router.refresh.mockReset();
  document.head.replaceChildren();
  document.body.replaceChildren();
  delete page.portalChat;
  delete page.GlassixWidgetClient;
  delete window.widgetClient;
  expect(errors).toEqual([]);
});

describe("the one client", () => {
  it("G1: is created once when StrictMode mounts everything twice", async () => {
    await show(
      createPage(),
      <StrictMode>
        <ChatMount {...createProps(JOHN)} />
      </StrictMode>,
    );
    expectOneChat();
  });

  it("G1: is shared by copies of the component", async () => {
    await show(
      createPage(),
      <>
        <ChatMount {...createProps(JOHN)} />
        <ChatMount {...createProps(JOHN)} />
      </>,
    );
    expectOneChat();
    await show(createPage(), <ChatMount {...createProps(JOHN)} />);
    expectOneChat();
  });

  it("G1: survives unmounting and remounting", async () => {
    for (let times = 0; times < 3; times++) {
      const root = createPage();
      await show(root, <ChatMount {...createProps(JOHN)} />);
      await settle(() => root.unmount());
    }
    await show(createPage(), <ChatMount {...createProps(JOHN)} />);
    expectOneChat();
  });

  it("G5: survives rerenders with new but equal props", async () => {
    const root = createPage();
    for (let times = 0; times < 50; times++) await show(root, <ChatMount {...createProps(JOHN)} />);
    expectOneChat();
    expect(server.requests.session).toBe(0);
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("G1: survives a fast refresh of every module", async () => {
    const root = createPage();
    await show(root, <ChatMount {...createProps(JOHN)} />);
    vi.resetModules();
    const { ChatMount: NewChatMount } = await import("./chat-mount");
    expect(NewChatMount).not.toBe(ChatMount);
    await show(root, <NewChatMount {...createProps(JOHN)} />);
    expectOneChat();

    server.user = user(JANE);
    await show(root, <NewChatMount {...createProps(JANE)} />);
    expect(living()).toEqual([JANE]);
  });

  it("G1: is created once after server rendering and hydration", async () => {
    const container = document.body.appendChild(document.createElement("div"));
    container.innerHTML = renderToString(<ChatMount {...createProps(JOHN)} />);
    expect(page.portalChat).toBeUndefined();
    await settle(() => roots.push(hydrateRoot(container, <ChatMount {...createProps(JOHN)} />)));
    expectOneChat();
  });

  it("G1, G5: is not created by a rendering that React discards", async () => {
    const root = createPage();
    const { Sibling, rendered, resolve } = createSuspendedSibling();
    await show(root, <Suspense>nothing yet</Suspense>);

    await settle(() =>
      startTransition(() =>
        root.render(
          <Suspense>
            <ChatMount {...createProps(JANE)} />
            <Sibling />
          </Suspense>,
        ),
      ),
    );
    expect(rendered).toHaveBeenCalled();
    expect([living(), server.requests.identity, status()]).toEqual([[], 0, null]);

    await show(root, <ChatMount {...createProps(JOHN)} />);
    await settle(resolve);
    expectOneChat();
  });

  it("G1, G5: survives a rendering that is suspended before it is shown", async () => {
    const root = createPage();
    await show(root, <ChatMount {...createProps(JOHN)} />);
    const { Sibling, rendered, resolve } = createSuspendedSibling();
    await settle(() =>
      startTransition(() =>
        root.render(
          <>
            <ChatMount {...createProps(JOHN)} />
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

  it("G1: loads one script when the page has none yet", async () => {
    delete page.GlassixWidgetClient;
    run(recorder!);
    const tags = holdScripts();
    await show(
      createPage(),
      <StrictMode>
        <ChatMount {...createProps(JOHN)} />
        <ChatMount {...createProps(JOHN)} />
      </StrictMode>,
    );
    await show(createPage(), <ChatMount {...createProps(JOHN)} />);
    expect(tags.map(({ src }) => src)).toEqual(["https://cdn.example/widget.js"]);

    await settle(() => {
      run(double!);
      tags[0]!.dispatchEvent(new Event("load"));
    });
    expectOneChat();
    expect(tags).toHaveLength(1);
  });
});

describe("following the session", () => {
  it("G2, G4: replaces the client when a rendering names another user", async () => {
    const root = createPage();
    await show(root, <ChatMount {...createProps(JOHN)} />);
    server.user = user(JANE);
    await show(root, <ChatMount {...createProps(JANE)} />);
    expect(living()).toEqual([JANE]);
    expect(page.widgetRecorder.clients).toHaveLength(2);
    expect(page.widgetRecorder.misuse).toEqual([]);
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("G2: replaces the client with an anonymous one when a rendering names no user", async () => {
    const root = createPage();
    await show(root, <ChatMount {...createProps(JOHN)} />);
    await show(root, <ChatMount {...createProps(null)} />);
    expect(living()).toEqual(["anonymous"]);
    expect(page.widgetRecorder.misuse).toEqual([]);
  });

  it("G7: destroys the client before the sign-out request is sent", async () => {
    await show(createPage(), <ChatMount {...createProps(JOHN)} />);
    act(() => endChat());
    expect(living()).toEqual([]);
    expect(server.requests.session).toBe(0);
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("reads the session when the server could not, without refreshing the page", async () => {
    await show(createPage(), <ChatMount {...createProps(JOHN)} session={null} />);
    expect(server.requests.session).toBe(1);
    expectOneChat();
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("G5: changes nothing when a read on focus returns the same user", async () => {
    await show(createPage(), <ChatMount {...createProps(JOHN)} />);
    for (let times = 0; times < 3; times++) await focus();
    expect(server.requests.session).toBe(3);
    expectOneChat();
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("G7: reads the session on a route change, but not for the first route, which the server has just rendered", async () => {
    const root = createPage();
    server.user = user(JOHN);
    const first = createProps(JOHN);
    await show(root, <ChatMount {...first} />);
    expect(server.requests.session).toBe(0);
    server.user = null;
    pathname = "/login";
    await show(root, <ChatMount {...first} />);
    pathname = "/portal";
    expect([server.requests.session, living()]).toEqual([1, ["anonymous"]]);
  });

  it.each([
    ["another user", JANE, JANE],
    ["nobody", null, "anonymous"],
  ])(
    "G7: gives the chat to %s after a read on focus, and refreshes the page once",
    async (_, uniqueIdentifier, whose) => {
      const root = createPage();
      await show(root, <ChatMount {...createProps(JOHN)} />);
      server.user = uniqueIdentifier === null ? null : user(uniqueIdentifier);
      for (let times = 0; times < 3; times++) await focus();
      expect(living()).toEqual([whose]);
      expect(page.widgetRecorder.misuse).toEqual([]);
      expect(router.refresh).toHaveBeenCalledTimes(1);

      await show(root, <ChatMount {...createProps(uniqueIdentifier)} />);
      await focus();
      expect(living()).toEqual([whose]);
      expect(page.widgetRecorder.clients).toHaveLength(2);
      expect(router.refresh).toHaveBeenCalledTimes(1);
    },
  );

  it("G5: keeps the chat of a page that was offline and is online again", async () => {
    await show(createPage(), <ChatMount {...createProps(JOHN)} />);
    vi.mocked(fetch).mockRejectedValueOnce(new TypeError("offline"));
    await focus();
    await settle(() => void window.dispatchEvent(new Event("online")));
    expectOneChat();
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("does not treat a failed read as a sign-out", async () => {
    await show(createPage(), <ChatMount {...createProps(JOHN)} />);
    vi.mocked(fetch).mockResolvedValueOnce(Response.json({ error: "Unavailable" }, { status: 503 }));
    await focus();
    expectOneChat();
    expect(router.refresh).not.toHaveBeenCalled();
  });
});

describe("the chat's status", () => {
  it("is in the page from the start, empty, so that changes are announced", async () => {
    const container = document.body.appendChild(document.createElement("div"));
    const corner = () => (
      <ChatCorner>
        <ChatMount {...createProps(JOHN)} />
      </ChatCorner>
    );
    container.innerHTML = renderToString(corner());
    const first = status();
    await settle(() => roots.push(hydrateRoot(container, corner())));
    expect(living()).toEqual([JOHN]);
    expect(first!.textContent).toBe("");
    expect(status()).toBe(first);
  });

  it("G8: says that chat is unavailable when minting is refused, and offers other contacts", async () => {
    server.refusal = Response.json({ code: "account-disabled" }, { status: 403 });
    const root = createPage();
    await show(root, <ChatMount {...createProps(JOHN)} />);
    const first = status();
    expect(first!.textContent).toContain("Chat is unavailable");
    expect(link(brand.phone.text)?.getAttribute("href")).toBe(brand.phone.href);
    expect(link(brand.email.text)?.getAttribute("href")).toBe(brand.email.href);
    await wait(HOURS);
    expect([living(), server.requests.identity]).toEqual([[], 1]);

    Object.assign(server, { user: user(JANE), refusal: null });
    await show(root, <ChatMount {...createProps(JANE)} />);
    expect(living()).toEqual([JANE]);
    expect(status()).toBe(first);
    expect(first!.textContent).toBe("");
  });

  it("G8: says that chat is unavailable while minting fails, until the chat recovers", async () => {
    server.refusal = Response.json({ code: "unavailable" }, { status: 503, headers: { "Retry-After": "30" } });
    await show(createPage(), <ChatMount {...createProps(JOHN)} />);
    expect(status()!.textContent).toContain("Chat is unavailable");
    expect(living()).toEqual([]);

    server.refusal = null;
    await wait(30_000);
    expect(living()).toEqual([JOHN]);
    expect(status()!.textContent).toBe("");
  });

  it("G10: says that chat is unavailable when the script cannot be loaded", async () => {
    delete page.GlassixWidgetClient;
    const tags = holdScripts();
    await show(createPage(), <ChatMount {...createProps(JOHN)} />);
    expect(status()!.textContent).toBe("");
    await settle(() => tags[0]!.dispatchEvent(new Event("error")));
    expect(status()!.textContent).toContain("Chat is unavailable");
  });

  it("G9: offers a visitor to sign in when required mode is on", async () => {
    const root = createPage();
    await show(root, <ChatMount {...createProps(null, { isIdentityRequired: true })} />);
    expect(status()!.contains(link("Sign in to chat")!)).toBe(true);
    expect(link("Sign in to chat")!.getAttribute("href")).toBe("/login");
    expect(living()).toEqual([]);

    await show(root, <ChatMount {...createProps(JOHN, { isIdentityRequired: true })} />);
    expect(link("Sign in to chat")).toBeUndefined();
    expect(living()).toEqual([JOHN]);
  });
});

describe("a failing chat", () => {
  const fail = () => {
    throw new Error("not in this browser");
  };

  it("leaves the page usable, and offers other contacts (G2)", async () => {
    const root = createPage();
    await show(root, <ChatMount {...createProps(JOHN)} />);
    expect(living()).toEqual([JOHN]);
    vi.spyOn(window, "addEventListener").mockImplementation(fail);
    await show(root, <ChatMount {...createProps(JOHN)} />);
    expect(status()!.textContent).toContain("Chat is unavailable");
    expect(living()).toEqual([]);
    vi.mocked(console.error).mockClear();
  });

  it("leaves the page usable when it cannot even be set up", async () => {
    vi.spyOn(document, "querySelector").mockImplementation(fail);
    await show(createPage(), <ChatMount {...createProps(JOHN)} />);
    expect(document.body.textContent).toContain("Chat is unavailable");
    vi.mocked(console.error).mockClear();
  });

  it("G7: offers other contacts when the customer's sign-out has failed", async () => {
    const ended = { ...user(JOHN)!, sessionId: crypto.randomUUID() };
    server.user = ended;
    const root = createPage();
    const rendered = { ...createProps(JOHN), session: { user: ended, endsIn: 12 * HOURS } };
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
