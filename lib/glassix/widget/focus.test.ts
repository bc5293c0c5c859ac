// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WidgetClient } from "./client";
import type { WidgetController } from "./controller";
import { manageFocus } from "./focus";

const FRAME_URI = "https://acme.glassix.com/chat";

const removals: (() => void)[] = [];

beforeEach(() => {
  for (const target of [window, document] as EventTarget[]) {
    const add = target.addEventListener;
    vi.spyOn(target, "addEventListener").mockImplementation((...args) => {
      removals.push(() => target.removeEventListener(args[0], args[1], args[2]));
      add.apply(target, args);
    });
  }
});
afterEach(() => {
  removals.splice(0).forEach((remove) => remove());
  vi.useRealTimers();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const settle = () => new Promise((resolve) => setTimeout(resolve));
const find = (selector: string) => document.querySelector<HTMLElement>(selector)!;
const focused = () => document.activeElement?.id;

/** A page with a button, a field and a chat. */
function openPage() {
  document.body.innerHTML = `
    <button id="button">Help</button> <input id="field" /> <dialog open><button id="in-dialog">Save</button></dialog>
    <div id="chat" tabindex="-1"></div>`;
  addFrame();
  let listener = () => {};
  const setWidgetVisiblity = vi.fn((isVisible: boolean) => setState({ isOpen: isVisible }));
  let state = { name: "living", isOpen: false, mustOpen: false };
  let client = { setWidgetVisiblity, getIframeUri: async () => FRAME_URI } as unknown as WidgetClient | null;
  const controller = {
    getState: () => state,
    getClient: () => client,
    subscribe: (next: () => void) => (listener = next),
  } as unknown as WidgetController;
  const focus = manageFocus(controller);

  async function setState(changes: Partial<typeof state>) {
    state = { ...state, ...changes };
    listener();
    await settle();
  }
  return {
    focus,
    setState,
    setWidgetVisiblity,
    open: () => setState({ isOpen: true }),
    close: () => setState({ isOpen: false }),
    setClient: (next: unknown) => (client = next as WidgetClient | null),
  };
}

/** Empty: happy-dom reports each address that it does not load. */
function addFrame() {
  const frame = document.createElement("iframe");
  frame.id = "frame";
  frame.tabIndex = 0;
  frame.srcdoc = "";
  document.body.append(frame);
  Object.defineProperty(frame, "src", { value: FRAME_URI });
}

const pressEscape = (target: EventTarget = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));

describe("the focus", () => {
  it("moves into the chat's frame when it opens, and back when it closes", async () => {
    const page = openPage();
    find("#button").focus();
    await page.open();
    expect(focused()).toBe("frame");
    await page.close();
    expect(focused()).toBe("button");
  });

  it("returns to the element that had it before the vendor's own code moved it", async () => {
    const page = openPage();
    find("#button").focus();
    find("#frame").focus();
    await page.open();
    await page.close();
    expect(focused()).toBe("button");
  });

  it("moves into the chat from a button in a dialog, too", async () => {
    const page = openPage();
    const dialog = document.body.appendChild(document.createElement("dialog"));
    dialog.append(find("#button"));
    find("#button").focus();
    await page.open();
    expect(focused()).toBe("frame");
  });

  it("stays with somebody who is typing when the chat opens by itself", async () => {
    const page = openPage();
    find("#field").focus();
    await page.open();
    expect(focused()).toBe("field");
    await page.close();
    expect(focused()).toBe("field");
  });

  it("stays in the page when the visitor has left the frame before the chat closes", async () => {
    const page = openPage();
    find("#button").focus();
    await page.open();
    find("#field").focus();
    await page.close();
    expect(focused()).toBe("field");
  });

  it.each([
    ["is gone", () => find("#button").remove()],
    ["cannot have it any more", () => (find("#button").hidden = true)],
  ])("goes to the chat's container when the element that had it %s", async (_, change) => {
    const page = openPage();
    find("#button").focus();
    await page.open();
    change();
    if (find("#button")) vi.spyOn(find("#button"), "focus").mockImplementation(() => {});
    await page.close();
    expect(focused()).toBe("chat");
  });

  it("returns when the client of an open chat ends", async () => {
    const page = openPage();
    find("#button").focus();
    await page.open();
    find("#frame").remove();
    await page.setState({ name: "empty", isOpen: false });
    expect(focused()).toBe("button");
  });

  it.each([
    ["the visitor types elsewhere", () => find("#field").focus(), "field"],
    ["it was in the frame", () => {}, "frame"],
  ])("G6: after a forced renewal, when %s", async (_, act, whose) => {
    const page = openPage();
    find("#button").focus();
    await page.open();
    act();
    find("#frame").remove();
    await page.setState({ isOpen: false, mustOpen: true });
    vi.useFakeTimers();
    void page.setState({ isOpen: true, mustOpen: false });
    await vi.advanceTimersByTimeAsync(50);
    addFrame();
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    expect(focused()).toBe(whose);
    find("#frame").focus();
    await page.close();
    expect(focused()).toBe("button");
  });

  it("moves as soon as the frame is shown", async () => {
    const page = openPage();
    const focusFrame = vi.spyOn(find("#frame"), "focus").mockImplementation(() => {});
    find("#button").focus();
    await page.open();
    expect(focused()).toBe("button");
    focusFrame.mockRestore();
    await vi.waitFor(() => expect(focused()).toBe("frame"));
  });

  it("stays with a visitor who has moved it before the frame is shown", async () => {
    const page = openPage();
    const focusFrame = vi.spyOn(find("#frame"), "focus").mockImplementation(() => {});
    vi.useFakeTimers();
    find("#button").focus();
    void page.open();
    await vi.advanceTimersByTimeAsync(150);
    expect(focusFrame).toHaveBeenCalledTimes(2);
    find("#field").focus();
    focusFrame.mockRestore();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(focused()).toBe("field");
  });

  it.each([
    ["rejects", { getIframeUri: () => Promise.reject(new Error("no")) }],
    ["is missing", {}],
    ["returns the address of no frame", { getIframeUri: async () => "https://other.example/" }],
  ])("stays where it is if getIframeUri() %s", async (_, client) => {
    const page = openPage();
    page.setClient(client);
    find("#button").focus();
    await page.open();
    expect(focused()).toBe("button");
  });

  it("does not follow a chat that has closed before its frame is known", async () => {
    const page = openPage();
    find("#button").focus();
    void page.open();
    await page.close();
    expect(focused()).toBe("button");
  });
});

describe("the container", () => {
  it("passes the focus on to an open chat", async () => {
    const page = openPage();
    await page.open();
    find("#field").focus();
    find("#chat").focus();
    await settle();
    expect(focused()).toBe("frame");
  });

  it("passes the focus on to our launcher", () => {
    openPage();
    find("#chat").innerHTML = '<button id="chat-launcher"></button>';
    find("#chat").focus();
    expect(focused()).toBe("chat-launcher");
  });

  it("gets the focus of a notice that is gone, and not of anything else", () => {
    const { focus } = openPage();
    find("#chat").innerHTML = '<button id="allow"></button>';
    find("#allow").focus();
    find("#allow").remove();
    focus.restore();
    expect(focused()).toBe("chat");

    find("#button").focus();
    find("#button").remove();
    focus.restore();
    expect(document.activeElement).toBe(document.body);
  });

  it("does not get the focus of a launcher that had lost it before it went", () => {
    const { focus } = openPage();
    find("#chat").innerHTML = '<button id="chat-launcher"></button>';
    find("#chat-launcher").focus();
    find("#chat-launcher").blur();
    find("#chat-launcher").remove();
    focus.restore();
    expect(document.activeElement).toBe(document.body);
  });
});

describe("Escape", () => {
  it("closes an open chat, wherever the focus is in the page", async () => {
    const page = openPage();
    await page.open();
    pressEscape(find("#button"));
    await settle();
    expect(page.setWidgetVisiblity.mock.calls).toEqual([[false]]);
    pressEscape(find("#button"));
    expect(page.setWidgetVisiblity).toHaveBeenCalledTimes(1);
  });

  it.each(["#field", "#in-dialog"])("is left to %s", async (selector) => {
    const page = openPage();
    await page.open();
    pressEscape(find(selector));
    expect(page.setWidgetVisiblity).not.toHaveBeenCalled();
  });

  it("is left to page code that has handled it", async () => {
    const page = openPage();
    await page.open();
    document.addEventListener("keydown", (event) => event.preventDefault());
    pressEscape();
    expect(page.setWidgetVisiblity).not.toHaveBeenCalled();
  });
});
