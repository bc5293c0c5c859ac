// @vitest-environment happy-dom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RefreshingChat } from "./refreshing-chat";
import type { ChatUser } from "@/lib/glassix/widget/session-channel";
import { installWidgetDouble } from "@/lib/glassix/testing/widget-double";

const router = vi.hoisted(() => ({ refresh: vi.fn() }));
vi.mock("next/navigation", () => ({ useRouter: () => router }));

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const JANE = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";

const page = globalThis as typeof globalThis & { IS_REACT_ACT_ENVIRONMENT?: boolean; verifiedChat?: unknown };

/** The server's session. */
let user: ChatUser;

async function respond(url: string): Promise<Response> {
  if (url === "/api/chat-session") return Response.json({ user });
  const payload = btoa(JSON.stringify({ aud: user?.uniqueIdentifier, iat: 0, exp: 18_000 }));
  const identityToken = `header.${payload}.signature`;
  return Response.json({ uniqueIdentifier: user?.uniqueIdentifier, identityToken, expiresAt: 18_000 });
}

let root: Root;

/** What a chat replaces or adds, and never restores: it lives as long as the page. */
const originals = { open: XMLHttpRequest.prototype.open, pushState: history.pushState };
const removals: (() => void)[] = [];

const settle = () => act(() => vi.advanceTimersByTimeAsync(0));

/** The browser's session changes elsewhere, and the page gets the focus. */
async function changeUser(next: string | null): Promise<void> {
  user = next === null ? null : { uniqueIdentifier: next };
  window.dispatchEvent(new Event("focus"));
  await settle();
}

/** Shows John's page with these fields. */
async function show(fields = ""): Promise<void> {
  document.body.innerHTML = `<main>${fields}</main><div id="chat"></div>`;
  user = { uniqueIdentifier: JOHN };
  root = createRoot(document.querySelector("#chat")!);
  await act(async () =>
    root.render(<RefreshingChat apiKey="key" snippetId="snippet" help="Call us" session={{ user }} />),
  );
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  page.IS_REACT_ACT_ENVIRONMENT = true;
  vi.stubGlobal("fetch", vi.fn(respond));
  for (const target of [window, document] as EventTarget[]) {
    const add = target.addEventListener;
    vi.spyOn(target, "addEventListener").mockImplementation((...args) => {
      removals.push(() => target.removeEventListener(args[0], args[1], args[2]));
      add.apply(target, args);
    });
  }
  installWidgetDouble();
});
afterEach(async () => {
  await act(async () => root.unmount());
  removals.splice(0).forEach((remove) => remove());
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  XMLHttpRequest.prototype.open = originals.open;
  history.pushState = originals.pushState;
  router.refresh.mockReset();
  delete page.verifiedChat;
  delete page.GlassixWidgetClient;
  delete window.widgetClient;
  document.body.replaceChildren();
});

describe("a page of the portal", () => {
  it("G7: is rendered again once for another customer, also when text was typed", async () => {
    await show("<input>");
    expect(router.refresh).not.toHaveBeenCalled();
    document.querySelector("input")!.value = "What happened";
    for (let times = 0; times < 3; times++) await changeUser(JANE);
    expect(router.refresh).toHaveBeenCalledTimes(1);
  });

  it("G5: is not rendered again for the customer whom it was rendered for", async () => {
    await show();
    await changeUser(JOHN);
    expect(router.refresh).not.toHaveBeenCalled();
  });

  it("G7: is rendered again once when nobody is signed in any more, and nothing was typed", async () => {
    await show('<input value="as rendered"><input type="hidden" value="1"><textarea>as rendered</textarea>');
    document.body.appendChild(document.createElement("input")).value = "outside of main";
    for (let times = 0; times < 3; times++) await changeUser(null);
    expect(router.refresh).toHaveBeenCalledTimes(1);
  });

  it.each(["input", "textarea"])("keeps what was typed into its %s when nobody is signed in any more", async (name) => {
    await show(`<${name}></${name}>`);
    document.querySelector<HTMLInputElement>(`main ${name}`)!.value = "What happened";
    await changeUser(null);
    expect(router.refresh).not.toHaveBeenCalled();
    await changeUser(JANE);
    expect(router.refresh).toHaveBeenCalledTimes(1);
  });

  it.each(['<form><input aria-invalid="true"></form>', '<form><p role="alert"></p></form>', "<ul data-once></ul>"])(
    "keeps what was sent without success, or is shown once: %s",
    async (content) => {
      await show(content);
      await changeUser(null);
      expect(router.refresh).not.toHaveBeenCalled();
    },
  );

  it("reports what the chat does to the timeline", async () => {
    const details: unknown[] = [];
    const note = (event: Event) => void details.push((event as CustomEvent).detail);
    window.addEventListener("portal-chat", note);
    await show();
    expect(details).toContainEqual(expect.objectContaining({ kind: "command", name: "create-client" }));
  });
});
