import { readFileSync } from "node:fs";
import { Window as HappyWindow } from "happy-dom";
import { afterEach, describe, expect, it, vi } from "vitest";

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJkYjc5ZTc3NSJ9.c2lnbmF0dXJl";
const START = Date.parse("2026-03-01T10:00:00.000Z");

const script = readFileSync("app/sandbox/_browser/timeline.js", "utf8");

const entry = (more: object = {}) => ({
  time: START,
  epoch: 1,
  state: "preparing",
  kind: "input",
  name: "session",
  ...more,
});

const tabs: HappyWindow[] = [];
afterEach(() => Promise.all(tabs.splice(0).map((tab) => tab.happyDOM.close())));

/** An empty page. Each test needs its own, because the script never removes its listeners. */
function openWindow(): Window & typeof globalThis {
  const tab = new HappyWindow({
    url: "http://localhost/portal?secret=1",
    settings: {
      enableJavaScriptEvaluation: true,
      suppressInsecureJavaScriptEnvironmentWarning: true,
      disableCSSFileLoading: true,
      handleDisabledFileLoadingAsSuccess: true,
    },
  });
  tabs.push(tab);
  return tab as unknown as Window & typeof globalThis;
}

type Setting = {
  timeline?: unknown[];
  /** What the tab's earlier pages left in sessionStorage. */
  stored?: string | null;
  prepare?(window: Window): void;
};

/** A page with the timeline in it. */
function openPage({ timeline = [], stored = null, prepare }: Setting = {}) {
  const window = openWindow();
  if (stored !== null) window.sessionStorage.setItem("sandbox-timeline", stored);
  Object.assign(window, { sandboxTimeline: timeline.map((detail) => ({ detail })) });
  prepare?.(window);
  const load = () => window.eval(script);
  load();

  const root = window.document.querySelector("#sandbox-timeline")!.shadowRoot!;
  const find = <T extends HTMLElement>(selector: string) => root.querySelector<T>(selector)!;
  const button = (label: string) =>
    [...root.querySelectorAll("button")].find((one) => one.textContent!.startsWith(label))!;
  return {
    window,
    load,
    root,
    panel: find("section"),
    list: find("ol"),
    toggle: button("Timeline"),
    button,
    find,
    rows: () => [...root.querySelectorAll("li")].map((row) => row.textContent!),
    dispatch: (detail: unknown) => window.dispatchEvent(new window.CustomEvent("portal-chat", { detail })),
    stored: () => window.sessionStorage.getItem("sandbox-timeline"),
    copyReport() {
      const writeText = vi.fn<(text: string) => Promise<void>>(async () => {});
      Object.defineProperty(window.navigator, "clipboard", { value: { writeText } });
      button("Copy").click();
      return writeText.mock.calls[0]![0].split("\n");
    },
  };
}

describe("the sandbox's timeline", () => {
  it("shows earlier entries, and then each new one", () => {
    const { rows, dispatch, toggle } = openPage({ timeline: [entry({ detail: "signed-out" })] });
    dispatch(entry({ kind: "command", name: "load-script", time: START + 12 }));
    dispatch(entry({ kind: "event", name: "attached", state: "living", time: START + 60_012 }));

    expect(rows()).toHaveLength(4);
    expect(rows()[0]).toMatch(/Page loaded\/portal$/);
    expect(rows()[1]).toMatch(/^Epoch 1.*epoch 1 · preparing←input: sessionsigned-out$/);
    expect(rows()[2]).toMatch(/\+12 ms.*→command: load-script$/);
    expect(rows()[3]).toMatch(/\+60 s.*living•event: attached$/);
    expect(toggle.textContent).toBe("Timeline · epoch 1 · living");
  });

  it("sits across from the chat, and names the language of its snippet", () => {
    const { window, dispatch, toggle } = openPage();
    const host = window.document.getElementById("sandbox-timeline")!;
    expect(host.dir).toBe("ltr");
    const chat = window.document.createElement("div");
    Object.assign(chat, { id: "glassix-container", lang: "he", dir: "rtl" });
    window.document.body.append(chat);
    dispatch(entry({ state: "living" }));
    expect(host.dir).toBe("rtl");
    expect(toggle.textContent).toBe("Timeline · epoch 1 · living · he");
    chat.remove();
    window.document.documentElement.dir = "rtl";
    dispatch(entry({ state: "empty" }));
    expect(host.dir).toBe("rtl");
  });

  it("starts every epoch with a heading", () => {
    const { root, dispatch } = openPage();
    for (const epoch of [1, 1, 2, 2, 3]) dispatch(entry({ epoch }));
    expect([...root.querySelectorAll("li p")].map((line) => line.textContent)).toEqual([
      "Epoch 1",
      "Epoch 2",
      "Epoch 3",
    ]);
  });

  it("shows local time with milliseconds", () => {
    const { find } = openPage({ timeline: [entry({ time: new Date(2026, 2, 1, 9, 5, 7, 8).getTime() })] });
    expect(find("li:last-child time").textContent).toBe("09:05:07.008");
  });

  it.each(["detail", "name", "state"])("neither shows, stores nor copies a token (%s)", (field) => {
    const { dispatch, root, stored, copyReport } = openPage({ timeline: [entry({ [field]: TOKEN })] });
    dispatch(entry({ [field]: `Bearer ${TOKEN}, as it was sent` }));
    const everything = [root.textContent, stored(), ...copyReport()].join("\n");
    expect(everything).toContain("[token]");
    expect(everything).not.toContain("eyJ");
  });

  it("does not restore a token from storage", () => {
    const { root, stored } = openPage({ stored: JSON.stringify({ rows: [entry({ detail: TOKEN })], isOpen: true }) });
    expect(root.textContent! + stored()).not.toContain("eyJ");
  });

  it("links to the side-by-side view, except from inside that view", () => {
    const page = openPage();
    expect(page.find<HTMLAnchorElement>("a").getAttribute("href")).toBe("/sandbox/side-by-side");
    expect(page.find("a").hidden).toBe(false);
    const framed = openPage({ prepare: (window) => Object.defineProperty(window, "top", { value: {} }) });
    expect(framed.find("a").hidden).toBe(true);
  });

  it("stays closed, and takes no focus, until it is opened", () => {
    const { window, panel, toggle } = openPage({ timeline: [entry()] });
    expect(panel.hidden).toBe(true);
    expect(toggle.getAttribute("aria-expanded")).toBe("false");
    toggle.click();
    expect(panel.hidden).toBe(false);
    expect(toggle.getAttribute("aria-expanded")).toBe("true");
    expect(toggle.getAttribute("aria-controls")).toBe(panel.id);
    expect(window.document.activeElement).toBe(window.document.body);
  });

  it("is not a live region", () => {
    const { root } = openPage({ timeline: [entry()] });
    expect(root.querySelector("[aria-live], [role=log], [role=status], [role=alert]")).toBeNull();
  });

  it.each([
    [
      "Escape",
      ({ window, panel }: ReturnType<typeof openPage>) =>
        panel.dispatchEvent(new window.KeyboardEvent("keydown", { key: "Escape", bubbles: true })),
    ],
    ["its button", ({ button }: ReturnType<typeof openPage>) => button("Close").click()],
  ])("closes with %s, and returns the focus", (_, close) => {
    const page = openPage();
    page.toggle.click();
    page.button("Copy").focus();
    close(page);
    expect(page.panel.hidden).toBe(true);
    expect(page.root.activeElement).toBe(page.toggle);
  });

  it("scrolls to new entries only when the reader is at the end", () => {
    const { list, dispatch } = openPage({ timeline: [entry()] });
    Object.defineProperties(list, { scrollHeight: { value: 500 }, clientHeight: { value: 100 } });
    list.scrollTop = 400;
    dispatch(entry());
    expect(list.scrollTop).toBe(500);
    list.scrollTop = 50;
    dispatch(entry());
    expect(list.scrollTop).toBe(50);
  });

  it("survives a page load, stays open, and marks the load", () => {
    const first = openPage({ timeline: [entry({ epoch: 4, state: "living" })] });
    first.toggle.click();
    const second = openPage({ stored: first.stored() });
    expect(second.rows()).toHaveLength(3);
    expect(second.rows()[1]).toContain("epoch 4");
    expect(second.rows()[2]).toMatch(/Page loaded\/portal$/);
    expect(second.panel.hidden).toBe(false);
    expect(second.toggle.textContent).toBe("Timeline · epoch 0 · empty");
  });

  it("keeps the entries of the tab's other pages when it is restored from the page cache", () => {
    const { window, rows, toggle, dispatch } = openPage({ timeline: [entry({ epoch: 2, state: "living" })] });
    const other = openPage({
      stored: window.sessionStorage.getItem("sandbox-timeline"),
      timeline: [entry({ epoch: 7 })],
    });
    window.sessionStorage.setItem("sandbox-timeline", other.stored()!);
    window.dispatchEvent(Object.assign(new window.Event("pageshow"), { persisted: true }));
    dispatch(entry({ epoch: 2, state: "living", name: "tick" }));
    expect(rows()).toHaveLength(6);
    expect(rows()[3]).toContain("epoch 7");
    expect(rows()[4]).toMatch(/Page shown again\/portal$/);
    expect(toggle.textContent).toBe("Timeline · epoch 2 · living");
  });

  it("keeps the last 300 rows", () => {
    const { rows, dispatch, stored } = openPage({
      timeline: Array.from({ length: 400 }, (_, epoch) => entry({ epoch })),
    });
    dispatch(entry({ epoch: 400 }));
    expect(rows()).toHaveLength(300);
    expect(rows().at(-1)).toContain("Epoch 400");
    expect(JSON.parse(stored()!).rows).toHaveLength(300);
  });

  it("is empty after Clear, and still shows the chat's state", () => {
    const { button, rows, root, toggle, stored } = openPage({ timeline: [entry({ epoch: 3, state: "refused" })] });
    button("Clear").click();
    expect(rows()).toEqual([]);
    expect(root.textContent).toContain("Nothing yet");
    expect(toggle.textContent).toBe("Timeline · epoch 3 · refused");
    expect(openPage({ stored: stored() }).rows()).toHaveLength(1);
  });

  it("copies a report with time, path and browser, and one line per entry in UTC", () => {
    const { copyReport } = openPage({
      timeline: [entry(), entry({ kind: "command", name: "request-identity", detail: JOHN, time: START + 5 })],
    });
    const [head, , first, second, end] = copyReport();
    expect(head).toMatch(/^Chat timeline \(sandbox\) · \d{4}-\d\d-\d\dT[\d:.]+Z · \/portal · Mozilla/);
    expect(first).toBe("2026-03-01T10:00:00.000Z  epoch 1  preparing  input    session");
    expect(second).toBe(`2026-03-01T10:00:00.005Z  epoch 1  preparing  command  request-identity  ${JOHN}`);
    expect(end).toBe("");
  });

  it("shows Copied for a moment", async () => {
    const later = vi.fn<(call: () => void, milliseconds: number) => void>();
    const { copyReport, button } = openPage({ prepare: (window) => Object.assign(window, { setTimeout: later }) });
    copyReport();
    await vi.waitFor(() => expect(button("Copied")).toBeDefined());
    later.mock.calls[0]![0]();
    expect(button("Copied")).toBeUndefined();
    expect(button("Copy")).toBeDefined();
  });

  it.each([
    ["is missing", undefined],
    ["refuses", { writeText: () => Promise.reject(new Error("NotAllowedError")) }],
  ])("offers the report for manual copying when the clipboard %s", async (_, clipboard) => {
    const { window, find, button, root } = openPage({ timeline: [entry()] });
    Object.defineProperty(window.navigator, "clipboard", { value: clipboard });
    const text = find<HTMLTextAreaElement>("textarea");
    expect(text.closest("label")!.hidden).toBe(true);
    button("Copy").click();
    await vi.waitFor(() => expect(text.closest("label")!.hidden).toBe(false));
    expect(text.value).toContain("epoch 1");
    expect(root.activeElement).toBe(text);
    expect(text.value.slice(text.selectionStart, text.selectionEnd)).toBe(text.value);
  });

  it("shows one panel, however often the script is loaded", () => {
    const { window, load, rows, dispatch } = openPage();
    load();
    dispatch(entry());
    expect(window.document.querySelectorAll("#sandbox-timeline")).toHaveLength(1);
    expect(rows()).toHaveLength(2);
  });

  it("waits for a document that is still loading", () => {
    let readyState = "loading";
    const window = openWindow();
    Object.defineProperty(window.document, "readyState", { get: () => readyState });
    window.eval(script);
    expect(window.document.body.children).toHaveLength(0);
    readyState = "interactive";
    window.document.dispatchEvent(new window.Event("DOMContentLoaded"));
    expect(window.document.querySelector("#sandbox-timeline")).not.toBeNull();
  });

  it("works without the widget", () => {
    const prepare = (window: object) => Reflect.deleteProperty(window, "sandboxTimeline");
    expect(openPage({ prepare }).rows()).toHaveLength(1);
  });

  it.each([
    [undefined],
    [null],
    ["session"],
    [{}],
    [entry({ time: "now" })],
    [entry({ time: Infinity })],
    [entry({ epoch: null })],
    [entry({ state: 3 })],
    [entry({ kind: "toString" })],
    [entry({ name: undefined })],
  ])("ignores an invalid entry (%j)", (malformed) => {
    const { rows, dispatch } = openPage({ timeline: [malformed, entry()] });
    dispatch(malformed);
    dispatch(entry({ detail: Object.create(null) }));
    expect(rows()).toHaveLength(3);
  });

  it.each(["", "null", "[]", "{", '{"rows":7}', '{"rows":[null,7,{"time":1}],"isOpen":"yes"}'])(
    "starts empty when the storage contains %j",
    (stored) => {
      const { rows, panel } = openPage({ stored });
      expect(rows()).toHaveLength(1);
      expect(panel.hidden).toBe(true);
    },
  );

  it("works when storage is blocked", () => {
    const forbid = (window: Window) =>
      Object.defineProperty(window, "sessionStorage", {
        get() {
          throw new Error("SecurityError");
        },
      });
    const { rows, dispatch } = openPage({ prepare: forbid });
    dispatch(entry());
    expect(rows()).toHaveLength(2);
  });

  it("needs nothing that a strict Content-Security-Policy blocks", () => {
    const { root, window } = openPage({ timeline: [entry()] });
    expect(root.querySelector("style, script, [style]")).toBeNull();
    expect(window.document.querySelectorAll("style")).toHaveLength(0);
    expect(script).not.toMatch(/innerHTML|setAttribute\("on|eval\(/);
  });
});
