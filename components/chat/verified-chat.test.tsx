// @vitest-environment happy-dom
import { act, startTransition, StrictMode, Suspense, use, type ReactNode } from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installWidgetDouble } from "../../lib/glassix/testing/widget-double";
import { installWidgetRecorder, type WidgetRecorder } from "../../lib/glassix/testing/widget-recorder";
import type { Chat } from "../../lib/glassix/widget/chat";
import type { ChatUser } from "../../lib/glassix/widget/session-channel";

/** Loaded again for each test: otherwise `endChat` would reach the chats of earlier tests. */
let VerifiedChat: typeof import("./verified-chat").VerifiedChat;
let endChat: typeof import("../../lib/glassix/widget/session-channel").endChat;

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const JANE = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";
const HOURS = 3_600_000;

type LoadOption = NonNullable<Parameters<typeof VerifiedChat>[0]["load"]>;

const page = globalThis as typeof globalThis & {
  IS_REACT_ACT_ENVIRONMENT?: boolean;
  verifiedChat?: Chat;
  widgetRecorder: WidgetRecorder;
};

/** The server's session, and how many requests it has received. */
const server = {
  user: null as ChatUser,
  /** The identity endpoint's response while it refuses. */
  refusal: null as Response | null,
  requests: { identity: 0, session: 0 },
};

async function respond(url: string): Promise<Response> {
  if (url === "/api/chat-session") {
    server.requests.session++;
    return Response.json({ user: server.user });
  }
  expect(url).toBe("/api/glassix-identity");
  server.requests.identity++;
  if (server.refusal) return server.refusal.clone();
  if (!server.user) return Response.json({ code: "unauthenticated" }, { status: 401 });
  const { uniqueIdentifier } = server.user;
  const payload = btoa(JSON.stringify({ aud: uniqueIdentifier, iat: 0, exp: 18_000 }));
  return Response.json({ uniqueIdentifier, identityToken: `header.${payload}.signature`, expiresAt: 18_000 });
}

const sendRequest = vi.fn(respond);
const onUserChange = vi.fn<(uniqueIdentifier: string | null) => void>();

/** What a chat replaces or adds, and never restores: it lives as long as the page. */
const originals = { open: XMLHttpRequest.prototype.open, pushState: history.pushState };
const removals: (() => void)[] = [];

const user = (uniqueIdentifier: string): ChatUser => ({ uniqueIdentifier, identityVersion: 1 });

/** The props of one server rendering: never the same object twice. */
const createProps = (uniqueIdentifier: string | null, { isIdentityRequired = false } = {}) => ({
  apiKey: "key",
  snippetId: "snippet",
  scriptUrls: ["https://cdn.example/widget.js"],
  isIdentityRequired,
  load: "now" as LoadOption,
  help: <a href="tel:+18005550147">Call us</a>,
  onUserChange,
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

const show = (root: Root, node: ReactNode) => settle(() => root.render(node));
const wait = (time: number) => act(() => vi.advanceTimersByTimeAsync(time));
const focus = () => settle(() => void window.dispatchEvent(new Event("focus")));
const changeRoute = () => settle(() => history.pushState(null, "", "/login"));

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

beforeEach(async () => {
  vi.resetModules();
  ({ VerifiedChat } = await import("./verified-chat"));
  ({ endChat } = await import("../../lib/glassix/widget/session-channel"));
  vi.stubGlobal("BroadcastChannel", undefined);
  history.pushState = () => {};
  for (const target of [window, document] as EventTarget[]) {
    const add = target.addEventListener;
    vi.spyOn(target, "addEventListener").mockImplementation((...args) => {
      removals.push(() => target.removeEventListener(args[0], args[1], args[2]));
      add.apply(target, args);
    });
  }
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  page.IS_REACT_ACT_ENVIRONMENT = true;
  vi.stubGlobal("fetch", sendRequest);
  vi.spyOn(console, "error").mockImplementation(() => {});
  Object.assign(server, { user: user(JOHN), refusal: null, requests: { identity: 0, session: 0 } });
  installWidgetRecorder();
  installWidgetDouble();
});
afterEach(async () => {
  await settle(() => roots.splice(0).forEach((root) => root.unmount()));
  const errors = [...vi.mocked(console.error).mock.calls];
  removals.splice(0).forEach((remove) => remove());
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  XMLHttpRequest.prototype.open = originals.open;
  history.pushState = originals.pushState;
  onUserChange.mockReset();
  localStorage.clear();
  document.head.replaceChildren();
  document.body.replaceChildren();
  delete page.verifiedChat;
  delete page.GlassixWidgetClient;
  delete window.widgetClient;
  expect(errors).toEqual([]);
});

describe("the one client", () => {
  it("G1: is created once when StrictMode mounts everything twice", async () => {
    await show(
      createPage(),
      <StrictMode>
        <VerifiedChat {...createProps(JOHN)} />
      </StrictMode>,
    );
    expectOneChat();
  });

  it("G1: is shared by copies of the component", async () => {
    await show(
      createPage(),
      <>
        <VerifiedChat {...createProps(JOHN)} />
        <VerifiedChat {...createProps(JOHN)} />
      </>,
    );
    expectOneChat();
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
    expectOneChat();
  });

  it("G1: survives unmounting and remounting", async () => {
    for (let times = 0; times < 3; times++) {
      const root = createPage();
      await show(root, <VerifiedChat {...createProps(JOHN)} />);
      await settle(() => root.unmount());
    }
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
    expectOneChat();
  });

  it("G5: survives rerenders with new but equal props", async () => {
    const root = createPage();
    for (let times = 0; times < 50; times++) await show(root, <VerifiedChat {...createProps(JOHN)} />);
    expectOneChat();
    expect(server.requests.session).toBe(0);
    expect(onUserChange).not.toHaveBeenCalled();
  });

  it("G1: survives a fast refresh of every module", async () => {
    const root = createPage();
    await show(root, <VerifiedChat {...createProps(JOHN)} />);
    vi.resetModules();
    const { VerifiedChat: NewVerifiedChat } = await import("./verified-chat");
    expect(NewVerifiedChat).not.toBe(VerifiedChat);
    await show(root, <NewVerifiedChat {...createProps(JOHN)} />);
    expectOneChat();

    server.user = user(JANE);
    await show(root, <NewVerifiedChat {...createProps(JANE)} />);
    expect(living()).toEqual([JANE]);
  });

  it("G1: is created once after server rendering and hydration", async () => {
    const container = document.body.appendChild(document.createElement("div"));
    container.innerHTML = renderToString(<VerifiedChat {...createProps(JOHN)} />);
    expect(page.verifiedChat).toBeUndefined();
    await settle(() => roots.push(hydrateRoot(container, <VerifiedChat {...createProps(JOHN)} />)));
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
            <VerifiedChat {...createProps(JANE)} />
            <Sibling />
          </Suspense>,
        ),
      ),
    );
    expect(rendered).toHaveBeenCalled();
    expect([living(), server.requests.identity, status()]).toEqual([[], 0, null]);

    await show(root, <VerifiedChat {...createProps(JOHN)} />);
    await settle(resolve);
    expectOneChat();
  });

  it("G1, G5: survives a rendering that is suspended before it is shown", async () => {
    const root = createPage();
    await show(root, <VerifiedChat {...createProps(JOHN)} />);
    const { Sibling, rendered, resolve } = createSuspendedSibling();
    await settle(() =>
      startTransition(() =>
        root.render(
          <>
            <VerifiedChat {...createProps(JOHN)} />
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
    installWidgetRecorder();
    const tags = holdScripts();
    await show(
      createPage(),
      <StrictMode>
        <VerifiedChat {...createProps(JOHN)} />
        <VerifiedChat {...createProps(JOHN)} />
      </StrictMode>,
    );
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
    expect(tags.map(({ src }) => src)).toEqual(["https://cdn.example/widget.js"]);

    await settle(() => {
      installWidgetDouble();
      tags[0]!.dispatchEvent(new Event("load"));
    });
    expectOneChat();
    expect(tags).toHaveLength(1);
  });
});

describe("following the session", () => {
  it("G2, G4: replaces the client when a rendering names another user", async () => {
    const root = createPage();
    await show(root, <VerifiedChat {...createProps(JOHN)} />);
    server.user = user(JANE);
    await show(root, <VerifiedChat {...createProps(JANE)} />);
    expect(living()).toEqual([JANE]);
    expect(page.widgetRecorder.clients).toHaveLength(2);
    expect(page.widgetRecorder.misuse).toEqual([]);
    expect(onUserChange).not.toHaveBeenCalled();
  });

  it("G2: replaces the client with an anonymous one when a rendering names no user", async () => {
    const root = createPage();
    await show(root, <VerifiedChat {...createProps(JOHN)} />);
    await show(root, <VerifiedChat {...createProps(null)} />);
    expect(living()).toEqual(["anonymous"]);
    expect(page.widgetRecorder.misuse).toEqual([]);
  });

  it("G7: destroys the client before the sign-out request is sent", async () => {
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
    act(() => endChat());
    expect(living()).toEqual([]);
    expect(server.requests.session).toBe(0);
    expect(onUserChange).not.toHaveBeenCalled();
  });

  it("reads the session when the server could not, without telling the page of its first user", async () => {
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} session={null} />);
    expect(server.requests.session).toBe(1);
    expectOneChat();
    expect(onUserChange).not.toHaveBeenCalled();
  });

  it("G5: changes nothing when a read on focus returns the same user", async () => {
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
    for (let times = 0; times < 3; times++) await focus();
    expect(server.requests.session).toBe(3);
    expectOneChat();
    expect(onUserChange).not.toHaveBeenCalled();
  });

  it("G7: reads the session on a route change, but not for the first route, which the server has just rendered", async () => {
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
    expect(server.requests.session).toBe(0);
    server.user = null;
    await changeRoute();
    await wait(300);
    expect([server.requests.session, living()]).toEqual([1, ["anonymous"]]);
  });

  it.each([
    ["another user", JANE, JANE],
    ["nobody", null, "anonymous"],
  ])("G7: gives the chat to %s after a read on focus, and tells the page once", async (_, uniqueIdentifier, whose) => {
    const root = createPage();
    await show(root, <VerifiedChat {...createProps(JOHN)} />);
    server.user = uniqueIdentifier === null ? null : user(uniqueIdentifier);
    for (let times = 0; times < 3; times++) await focus();
    expect(living()).toEqual([whose]);
    expect(page.widgetRecorder.misuse).toEqual([]);
    expect(onUserChange.mock.calls).toEqual([[uniqueIdentifier]]);

    await show(root, <VerifiedChat {...createProps(uniqueIdentifier)} />);
    await focus();
    expect(living()).toEqual([whose]);
    expect(page.widgetRecorder.clients).toHaveLength(2);
    expect(onUserChange).toHaveBeenCalledTimes(1);
  });

  it("tells the page of each change that it was not rendered for, by its latest onUserChange", async () => {
    const root = createPage();
    const outdated = vi.fn();
    await show(root, <VerifiedChat {...createProps(JOHN)} onUserChange={outdated} />);
    await show(root, <VerifiedChat {...createProps(JOHN)} />);
    for (const uniqueIdentifier of [JANE, JOHN]) {
      server.user = user(uniqueIdentifier);
      await focus();
    }
    expect(onUserChange.mock.calls).toEqual([[JANE], [JOHN]]);
    expect(outdated).not.toHaveBeenCalled();
  });

  it("G9: tells the page in required mode that nobody is signed in any more", async () => {
    await show(createPage(), <VerifiedChat {...createProps(JOHN, { isIdentityRequired: true })} />);
    server.user = null;
    for (let times = 0; times < 2; times++) await focus();
    expect(onUserChange.mock.calls).toEqual([[null]]);
  });

  it("G5: does not take the same user in capital letters for another", async () => {
    await show(createPage(), <VerifiedChat {...createProps(JOHN.toUpperCase())} />);
    await focus();
    expectOneChat();
    expect(onUserChange).not.toHaveBeenCalled();
  });

  it("G5: keeps the chat of a page that was offline and is online again", async () => {
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
    sendRequest.mockRejectedValueOnce(new TypeError("offline"));
    await focus();
    await settle(() => void window.dispatchEvent(new Event("online")));
    expectOneChat();
    expect(onUserChange).not.toHaveBeenCalled();
  });

  it("does not treat a failed read as a sign-out", async () => {
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
    sendRequest.mockResolvedValueOnce(Response.json({ error: "Unavailable" }, { status: 503 }));
    await focus();
    expectOneChat();
    expect(onUserChange).not.toHaveBeenCalled();
  });
});

describe("a page without the session property", () => {
  /** What a static layout renders: the same for everybody. */
  const createStaticProps = (options?: Parameters<typeof createProps>[1]) => ({
    ...createProps(null, options),
    session: undefined,
  });

  it.each([
    ["a customer", user(JOHN), JOHN],
    ["a visitor", null, "anonymous"],
  ])("reads the session, and is not told of the first user (%s)", async (_, first, whose) => {
    server.user = first;
    const root = createPage();
    await show(root, <VerifiedChat {...createStaticProps()} />);
    expect([living(), server.requests.session]).toEqual([[whose], 1]);
    await focus();
    await show(root, <VerifiedChat {...createStaticProps()} />);
    expect(living()).toEqual([whose]);
    expect(page.widgetRecorder.clients).toHaveLength(1);
    expect(onUserChange).not.toHaveBeenCalled();
  });

  it("G8: is not told of the first user when the first read fails and a later one succeeds", async () => {
    sendRequest.mockResolvedValueOnce(Response.json({ error: "Unavailable" }, { status: 503 }));
    await show(createPage(), <VerifiedChat {...createStaticProps()} />);
    expect([living(), server.requests.session]).toEqual([[], 0]);
    expect(status()!.textContent).toContain("Chat is unavailable");
    await wait(3_000);
    expectOneChat();
    expect(status()!.textContent).toBe("");
    expect(onUserChange).not.toHaveBeenCalled();
  });

  it.each([
    ["another customer signs in", user(JOHN), user(JANE), JANE],
    ["a visitor signs in", null, user(JANE), JANE],
    ["the customer signs out", user(JOHN), null, "anonymous"],
  ])("G2, G7: is told once when %s later", async (_, first, second, whose) => {
    server.user = first;
    const root = createPage();
    await show(root, <VerifiedChat {...createStaticProps()} />);
    server.user = second;
    for (let times = 0; times < 3; times++) await focus();
    expect(living()).toEqual([whose]);
    expect(page.widgetRecorder.misuse).toEqual([]);
    expect(onUserChange.mock.calls).toEqual([[second?.uniqueIdentifier ?? null]]);

    await show(root, <VerifiedChat {...createStaticProps()} />);
    await focus();
    expect(onUserChange).toHaveBeenCalledTimes(1);
    expect(page.widgetRecorder.clients).toHaveLength(2);
  });

  it("G7: reads the session on a route change", async () => {
    await show(createPage(), <VerifiedChat {...createStaticProps()} />);
    server.user = null;
    await changeRoute();
    await wait(300);
    expect([server.requests.session, living()]).toEqual([2, ["anonymous"]]);
  });

  it("G9: offers only a visitor to sign in, and nobody while that is not known", async () => {
    let resolve: (response: Response) => void = () => {};
    sendRequest.mockReturnValueOnce(new Promise((done) => (resolve = done)));
    server.user = null;
    await show(createPage(), <VerifiedChat {...createStaticProps({ isIdentityRequired: true })} />);
    expect([living(), status()!.textContent]).toEqual([[], ""]);
    await settle(() => resolve(Response.json({ user: null })));
    expect([living(), status()!.textContent]).toEqual([[], "Sign in to chat"]);
  });

  it("has the same HTML for everybody until the session is read", () => {
    expect(renderToString(<VerifiedChat {...createStaticProps()} />)).toBe(
      renderToString(<VerifiedChat {...createProps(JOHN)} />),
    );
    expect(server.requests.session).toBe(0);
  });
});

describe("the chat's status", () => {
  it("is in the page from the start, empty, so that changes are announced", async () => {
    const container = document.body.appendChild(document.createElement("div"));
    container.innerHTML = renderToString(<VerifiedChat {...createProps(JOHN)} />);
    const first = status();
    await settle(() => roots.push(hydrateRoot(container, <VerifiedChat {...createProps(JOHN)} />)));
    expect(living()).toEqual([JOHN]);
    expect(first!.textContent).toBe("");
    expect(status()).toBe(first);
  });

  it("G8: says that chat is unavailable when minting is refused, and offers other contacts", async () => {
    server.refusal = Response.json({ code: "account-disabled" }, { status: 403 });
    const root = createPage();
    await show(root, <VerifiedChat {...createProps(JOHN)} />);
    const first = status();
    expect(first!.textContent).toContain("Chat is unavailable");
    expect(link("Call us")?.getAttribute("href")).toBe("tel:+18005550147");
    await wait(HOURS);
    expect([living(), server.requests.identity]).toEqual([[], 1]);

    Object.assign(server, { user: user(JANE), refusal: null });
    await show(root, <VerifiedChat {...createProps(JANE)} />);
    expect(living()).toEqual([JANE]);
    expect(status()).toBe(first);
    expect(first!.textContent).toBe("");
  });

  it("G8: says that chat is unavailable while minting fails, until the chat recovers", async () => {
    server.refusal = Response.json({ code: "unavailable" }, { status: 503, headers: { "Retry-After": "30" } });
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
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
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
    expect(status()!.textContent).toBe("");
    await settle(() => tags[0]!.dispatchEvent(new Event("error")));
    expect(status()!.textContent).toContain("Chat is unavailable");
  });

  it("G9: offers a visitor to sign in when required mode is on", async () => {
    const root = createPage();
    await show(root, <VerifiedChat {...createProps(null, { isIdentityRequired: true })} />);
    expect(status()!.contains(link("Sign in to chat")!)).toBe(true);
    expect(link("Sign in to chat")!.getAttribute("href")).toBe("/login");
    expect(living()).toEqual([]);

    await show(root, <VerifiedChat {...createProps(JOHN, { isIdentityRequired: true })} />);
    expect(link("Sign in to chat")).toBeUndefined();
    expect(living()).toEqual([JOHN]);
  });

  it("G9: leads to the signInUrl, with the texts that it is given", async () => {
    const root = createPage();
    const showTo = (uniqueIdentifier: string | null) =>
      show(
        root,
        <VerifiedChat
          {...createProps(uniqueIdentifier, { isIdentityRequired: true })}
          signInUrl="/de/anmelden"
          texts={{ signIn: "Anmelden", unavailable: "Der Chat ist nicht verfügbar" }}
        />,
      );
    await showTo(null);
    expect(status()!.textContent).toBe("Anmelden");
    expect(link("Anmelden")!.getAttribute("href")).toBe("/de/anmelden");

    server.refusal = Response.json({ code: "account-disabled" }, { status: 403 });
    await showTo(JOHN);
    expect(status()!.textContent).toBe("Der Chat ist nicht verfügbarCall us");
  });
});

describe("a failing chat", () => {
  const fail = () => {
    throw new Error("not in this browser");
  };
  function expectReported(message: string): void {
    const errors = vi.mocked(console.error).mock.calls.splice(0);
    expect(errors).toEqual([[expect.objectContaining({ message })]]);
  }

  it.each<[string, string, () => Partial<ReturnType<typeof createProps>>]>([
    ["the apiKey is missing", "The chat needs apiKey and snippetId.", () => ({ apiKey: undefined })],
    ["the snippetId is missing", "The chat needs apiKey and snippetId.", () => ({ snippetId: undefined })],
    [
      "it cannot be set up in this browser",
      "not in this browser",
      () => {
        vi.spyOn(window, "addEventListener").mockImplementation(fail);
        return {};
      },
    ],
  ])("offers other contacts when %s, on a page that works", async (_, message, prepare) => {
    const props = { ...createProps(JOHN), ...prepare() };
    const content = (
      <>
        <h1>Policies</h1>
        <VerifiedChat {...props} texts={{ unavailable: "No chat today" }} />
      </>
    );
    const container = document.body.appendChild(document.createElement("div"));
    container.innerHTML = renderToString(content);
    await settle(() => roots.push(hydrateRoot(container, content)));
    expect(document.querySelector("h1")!.textContent).toBe("Policies");
    expect(status()!.textContent).toBe("No chat todayCall us");
    expect(link("Call us")!.getAttribute("href")).toBe("tel:+18005550147");
    expect([living(), server.requests]).toEqual([[], { identity: 0, session: 0 }]);
    expectReported(message);
  });

  it("G7: offers other contacts when the customer's sign-out has failed", async () => {
    const ended = { ...user(JOHN)!, sessionId: crypto.randomUUID() };
    server.user = ended;
    const root = createPage();
    const rendered = { ...createProps(JOHN), session: { user: ended, endsIn: 12 * HOURS } };
    await show(root, <VerifiedChat {...rendered} />);
    expect(living()).toEqual([JOHN]);
    await settle(endChat);
    expect(living()).toEqual([]);
    expect(status()!.textContent).toBe("");
    await show(root, <VerifiedChat {...rendered} session={{ ...rendered.session }} />);
    await wait(10_000);
    await focus();
    expect(living()).toEqual([]);
    expect(status()!.textContent).toContain("Chat is unavailable");

    server.user = { ...ended, sessionId: crypto.randomUUID() };
    await show(root, <VerifiedChat {...rendered} session={{ user: server.user, endsIn: 12 * HOURS }} />);
    expect(living()).toEqual([JOHN]);
    expect(status()!.textContent).toBe("");
  });
});

const findButton = (name: string) =>
  [...document.querySelectorAll("button")].find(
    (button) => (button.getAttribute("aria-label") ?? button.textContent) === name,
  );
const container = () => document.querySelector<HTMLElement>("#chat")!;
const snippets = () => page.widgetRecorder.clients.map(({ options }) => options.snippetId);

describe("the snippet", () => {
  it("G4: replaces the client once when the language changes, and mints nothing", async () => {
    const root = createPage();
    const render = (snippetId: string) =>
      show(
        root,
        <StrictMode>
          <VerifiedChat {...createProps(JOHN)} snippetId={snippetId} />
        </StrictMode>,
      );
    for (const snippetId of ["snippet", "hebrew", "hebrew"]) await render(snippetId);
    expect([snippets(), living(), server.requests.identity]).toEqual([["snippet", "hebrew"], [JOHN], 1]);
    expect(page.widgetRecorder.misuse).toEqual([]);
  });

  it("waits while the chat is open", async () => {
    const root = createPage();
    await show(root, <VerifiedChat {...createProps(JOHN)} />);
    await settle(() => window.widgetClient!.setWidgetVisiblity(true));
    await show(root, <VerifiedChat {...createProps(JOHN)} snippetId="hebrew" />);
    expect(snippets()).toEqual(["snippet"]);
    await settle(() => window.widgetClient!.setWidgetVisiblity(false));
    expect(snippets()).toEqual(["snippet", "hebrew"]);
  });
});

describe("the question for consent", () => {
  const ask = (root: Root) =>
    show(
      root,
      <>
        <button>Pay</button>
        <VerifiedChat {...createProps(JOHN)} consent="ask" />
      </>,
    );

  it("is a labelled group with two equal buttons, and does not take the focus", async () => {
    const root = createPage();
    await show(root, <button>Pay</button>);
    findButton("Pay")!.focus();
    await ask(root);
    const group = document.querySelector("[role=group]")!;
    expect(document.getElementById(group.getAttribute("aria-labelledby")!)!.textContent).toContain("Glassix");
    const buttons = [...group.querySelectorAll("button")];
    expect(buttons.map(({ textContent }) => textContent)).toEqual(["Allow chat", "No, thank you"]);
    expect(new Set(buttons.map(({ className }) => className)).size).toBe(1);
    expect(group.querySelector("input, [autofocus]")).toBeNull();
    expect(document.activeElement).toBe(findButton("Pay"));
    expect([living(), server.requests.identity]).toEqual([[], 0]);
  });

  it.each([
    ["Allow chat", [JOHN]],
    ["No, thank you", []],
  ])("goes after “%s”, and leaves the focus in the chat's container", async (name, whose) => {
    await ask(createPage());
    findButton(name)!.focus();
    await settle(() => findButton(name)!.click());
    expect([living(), document.querySelector("[role=group]"), document.activeElement]).toEqual([
      whose,
      null,
      container(),
    ]);
  });

  it("can be removed by an extension: the page and the chat's lifecycle go on without the notices", async () => {
    const root = createPage();
    await ask(root);
    document.querySelector("[role=group]")!.remove();
    localStorage.setItem("verified-chat-consent", "true");
    await settle(() => void window.dispatchEvent(new StorageEvent("storage", { key: "verified-chat-consent" })));
    expect([findButton("Pay")?.isConnected, living(), status()]).toEqual([true, [JOHN], null]);
    expect(vi.mocked(console.error).mock.calls.splice(0)).toHaveLength(1);
    server.user = null;
    await focus();
    expect(living()).not.toContain(JOHN);
  });

  it("does not keep the page from being told of another user", async () => {
    await ask(createPage());
    server.user = user(JANE);
    await focus();
    expect([living(), onUserChange.mock.calls]).toEqual([[], [[JANE]]]);
  });

  it("is the texts' own", async () => {
    const texts = { consent: "Chat mit Glassix?", allow: "Ja", decline: "Nein" };
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} consent="ask" texts={texts} />);
    expect(status()!.textContent).toBe("Chat mit Glassix?JaNein");
  });
});

describe("the launcher", () => {
  const launcher = () => findButton("Open chat");
  const showLauncher = async (root = createPage()) => {
    await show(root, <VerifiedChat {...createProps(JOHN)} load="intent" />);
    expect([living(), server.requests.identity]).toEqual([[], 0]);
  };
  const reach = () => settle(() => void launcher()!.dispatchEvent(new PointerEvent("pointerover", { bubbles: true })));

  it("is not announced, and not in the server's HTML", async () => {
    expect(renderToString(<VerifiedChat {...createProps(JOHN)} load="intent" />)).not.toContain("button");
    await showLauncher();
    expect(launcher()!.closest("[role=status], [aria-live]")).toBeNull();
  });

  it("loads the chat when a pointer or a finger reaches it, and goes once the client is attached", async () => {
    await showLauncher();
    await reach();
    expect([living(), launcher(), page.widgetRecorder.clients[0]!.isOpen]).toEqual([[JOHN], undefined, false]);
  });

  it("stays while it has the focus, and opens the chat with one click", async () => {
    await showLauncher();
    await settle(() => launcher()!.focus());
    expect([living(), document.activeElement]).toEqual([[JOHN], launcher()]);
    await settle(() => launcher()!.click());
    expect(page.widgetRecorder.clients[0]!.isOpen).toBe(true);
    await settle(() => launcher()!.blur());
    expect(launcher()).toBeUndefined();
  });

  it("is busy after a click until the chat opens", async () => {
    delete page.GlassixWidgetClient;
    installWidgetRecorder();
    const tags = holdScripts();
    await showLauncher();
    expect(launcher()!.getAttribute("aria-busy")).toBe("false");
    await settle(() => launcher()!.click());
    expect(launcher()!.getAttribute("aria-busy")).toBe("true");
    await settle(() => {
      installWidgetDouble();
      tags[0]!.dispatchEvent(new Event("load"));
    });
    expect([page.widgetRecorder.clients[0]!.isOpen, launcher()]).toEqual([true, undefined]);
  });

  it("G10: gives way to the notice when loading fails, and its focus stays in the chat's container", async () => {
    delete page.GlassixWidgetClient;
    const tags = holdScripts();
    await showLauncher();
    await settle(() => launcher()!.focus());
    await settle(() => launcher()!.click());
    await settle(() => tags[0]!.dispatchEvent(new Event("error")));
    expect([launcher(), document.activeElement]).toEqual([undefined, container()]);
    expect(status()!.textContent).toContain("Chat is unavailable");
  });

  it("is where the skip link's target leads", async () => {
    await showLauncher();
    expect(container().tabIndex).toBe(-1);
    await settle(() => container().focus());
    expect(document.activeElement).toBe(launcher());
  });
});

describe("a new message", () => {
  const announced = () => document.querySelector("[aria-live=polite]")!;
  const receive = () => settle(() => page.widgetRecorder.living()[0]!.options.events!.newMessage!());

  it("is announced while the chat is closed, again after a second, and cleared when it opens", async () => {
    await show(createPage(), <VerifiedChat {...createProps(JOHN)} />);
    expect(announced().textContent).toBe("");
    await receive();
    const first = announced().firstChild;
    expect(announced().textContent).toBe("New message in the chat");
    await receive();
    expect(announced().firstChild).toBe(first);
    await wait(1_000);
    await receive();
    expect(announced().textContent).toBe("New message in the chat");
    expect(announced().firstChild).not.toBe(first);
    await settle(() => window.widgetClient!.setWidgetVisiblity(true));
    expect(announced().textContent).toBe("");
  });
});
