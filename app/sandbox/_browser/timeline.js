// @ts-check
/**
 * The sandbox's timeline: a panel in the portal's page that shows what the chat's controller was told, what
 * it did, and what the widget reported. It only listens: the portal behaves the same without it.
 *
 * A classic script without imports, as the sandbox's widget is.
 *
 * @typedef {object} Row an entry of the chat's timeline, or the beginning of a page
 * @property {number} time milliseconds since 1970
 * @property {number} epoch
 * @property {string} state the controller's, after this
 * @property {"input" | "command" | "event" | "page"} kind
 * @property {string} name
 * @property {string} detail
 */
(() => {
  "use strict";

  const page = /** @type {{ sandboxTimeline?: CustomEvent[], hasSandboxTimeline?: boolean }} */ (
    /** @type {unknown} */ (window)
  );
  if (page.hasSandboxTimeline) return;
  page.hasSandboxTimeline = true;

  const KEY = "sandbox-timeline";
  const MAX_ROWS = 300;
  const SIGNS = { input: "←", command: "→", event: "•", page: "■" };
  const LEGEND = ["← the controller was told", "→ it did", "• the widget reported"];
  const TOKEN = /eyJ[\w-]*\.[\w-]+\.[\w-]*/;

  /** @type {Row[]} */
  let rows = [];
  let isOpen = false;
  /** Where this page's controller stands. "Clear" does not change it. */
  let now = { epoch: 0, state: "empty" };

  // What is kept

  /**
   * Reads what comes from outside, and storage is outside too. Null when it is no row.
   *
   * @param {any} value
   * @returns {Row | null}
   */
  function readRow(value) {
    const { time, epoch, state, kind, name, detail } = value ?? {};
    const isTime = Number.isFinite(time) && Math.abs(time) < 8e15;
    if (!isTime || !Number.isInteger(epoch) || !Object.keys(SIGNS).includes(kind)) return null;
    if (typeof state !== "string" || typeof name !== "string") return null;
    return { time, epoch, kind, state: clean(state), name: clean(name), detail: clean(detail) };
  }

  /** The portal lets no token come this far. Should one ever come, it ends here: before the page and the storage. */
  function clean(/** @type {unknown} */ text) {
    if (typeof text !== "string") return "";
    return TOKEN.test(text) ? "[a token]" : text.slice(0, 200);
  }

  /** Brings back what this tab has seen, in whichever of its pages. */
  function recall() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY) ?? '{ "rows": [] }');
      rows = kept.rows.map(readRow).filter(Boolean).slice(-MAX_ROWS);
      isOpen = kept.isOpen === true;
    } catch {
      // Forbidden, or not ours: this page begins with what it has.
    }
    list.replaceChildren(...rows.map((row, index) => draw(row, rows[index - 1])));
  }

  function keep() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ rows, isOpen }));
    } catch {
      // Forbidden, or full: this page has its rows all the same.
    }
  }

  /** @param {unknown} value */
  function add(value) {
    const row = readRow(value);
    if (!row) return;
    now = row;
    list.append(draw(row, rows.at(-1)));
    rows.push(row);
    if (rows.length > MAX_ROWS) {
      rows.shift();
      list.firstChild?.remove();
    }
  }

  /** @param {string} name @param {number} time */
  function addPage(name, time) {
    add({ ...now, time: Math.round(time), kind: "page", name, detail: location.pathname });
  }

  // What is shown

  /** @param {Row} row @param {Row | undefined} previous */
  function draw(row, previous) {
    const at = new Date(row.time);
    const local = new Date(row.time - at.getTimezoneOffset() * 60_000);
    const item = make("li", { class: row.kind });
    const sign = make("span", { class: "sign", "aria-hidden": "true" }, SIGNS[row.kind]);
    const state = make("span", { class: row.state === previous?.state ? "" : "changed" }, row.state);
    if (row.kind !== "page" && row.epoch !== previous?.epoch)
      item.append(make("p", { class: "epoch" }, `Epoch ${row.epoch}`));
    item.append(
      make("time", { datetime: at.toISOString() }, local.toISOString().slice(11, 23)),
      make("span", { class: "pause" }, previous ? `+${formatPause(row.time - previous.time)}` : ""),
      make(
        "div",
        { class: "what" },
        make("span", { class: "where" }, make("span", { class: "unseen" }, "epoch "), `${row.epoch} · `, state),
        make("span", { class: "name" }, sign, make("span", { class: "unseen" }, `${row.kind}: `), row.name),
        make("span", { class: "detail" }, row.detail),
      ),
    );
    return item;
  }

  /** @param {number} milliseconds less than none when the clock was put back */
  function formatPause(milliseconds) {
    if (milliseconds < 10_000) return `${Math.max(0, Math.round(milliseconds))} ms`;
    if (milliseconds < 600_000) return `${Math.round(milliseconds / 1000)} s`;
    return `${Math.round(milliseconds / 60_000)} min`;
  }

  /**
   * Makes a change and shows it. Only a reader who is at the end is taken along to the new end.
   *
   * @param {() => void} change
   */
  function update(change) {
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 8;
    change();
    keep();
    stand.textContent = `epoch ${now.epoch} · ${now.state}`;
    toggle.setAttribute("aria-expanded", String(isOpen));
    host.toggleAttribute("data-open", isOpen);
    panel.hidden = !isOpen;
    list.hidden = rows.length === 0;
    nothing.hidden = !list.hidden;
    // Not while the document still comes in: React would take the panel for a part of it.
    if (document.readyState !== "loading" && !host.isConnected) document.body.append(host);
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  function close() {
    byHand.hidden = true;
    update(() => (isOpen = false));
    toggle.focus();
  }

  async function copyReport() {
    const report = writeReport();
    try {
      await navigator.clipboard.writeText(report);
      byHand.hidden = true;
      copy.textContent = "Copied";
      setTimeout(() => (copy.textContent = "Copy"), 2000);
    } catch {
      // Refused, or absent: pages without https have no clipboard.
      byHand.hidden = false;
      text.value = report;
      text.focus();
      text.select();
      text.scrollTop = 0;
    }
  }

  function writeReport() {
    const head = ["Chat timeline (sandbox)", new Date().toISOString(), clean(location.pathname), navigator.userAgent];
    const table = rows.map(({ time, epoch, state, kind, name, detail }) => {
      return [new Date(time).toISOString(), `epoch ${epoch}`, state, kind, name, detail];
    });
    const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0))) ?? [];
    const lines = table.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
    return [head.join(" · "), ...lines.map((line) => line.trimEnd()), ""].join("\n");
  }

  // What it is made of. Nothing moves, so that there is no motion to reduce.

  /**
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {Record<string, string>} attributes
   * @param {(string | Node)[]} children
   */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /** @param {() => void} act @param {(string | Node)[]} children */
  function makeButton(act, ...children) {
    const button = make("button", { type: "button" }, ...children);
    button.addEventListener("click", act);
    return button;
  }

  const stand = make("span", { class: "quiet" });
  const toggle = makeButton(
    () => (isOpen ? close() : update(() => (isOpen = true))),
    make("span", {}, "Timeline"),
    make("span", { class: "quiet dot" }, " · "),
    stand,
  );
  toggle.className = "pill toggle";
  toggle.setAttribute("aria-controls", "panel");

  // Not from inside the view that it leads to: the portal stands in a frame there.
  const desk = make("a", { href: "/sandbox/side-by-side", class: "pill" }, "Side by side");
  desk.hidden = window.top !== window;

  const copy = makeButton(copyReport, "Copy");
  const clear = makeButton(() => {
    byHand.hidden = true;
    update(() => list.replaceChildren(...(rows = [])));
  }, "Clear");
  const text = make("textarea", { readonly: "", rows: "5" });
  const byHand = make("label", { class: "by-hand", hidden: "" }, "No clipboard here. Copy this by hand:", text);
  const nothing = make("p", { class: "nothing" }, "Nothing yet. Sign in, sign out, or open the chat.");
  // A scrolling list must be reachable with the keyboard.
  const list = make("ol", { tabindex: "0", "aria-label": "What happened, newest last" });
  const panel = make(
    "section",
    { id: "panel", "aria-label": "Chat timeline" },
    make("header", {}, make("p", {}, "Sandbox timeline"), copy, clear, makeButton(close, "Close")),
    make("p", { class: "legend" }, ...LEGEND.map((words) => make("span", {}, words))),
    byHand,
    nothing,
    list,
  );

  const host = make("div", { id: KEY });
  const root = host.attachShadow({ mode: "open" });
  root.append(desk, toggle, panel);
  root.addEventListener("keydown", (event) => {
    if (isOpen && /** @type {KeyboardEvent} */ (event).key === "Escape") close();
  });

  const STYLES = `
    :host {
      all: initial; color-scheme: light dark;
      --ink: #161616; --ground: #f4f4f2; --quiet: #5c5c5a; --edge: #8a8a86; --line: #dcdcd8;
      /* As wide as the window, so that the panel can be; what is not drawn lets clicks through. */
      position: fixed; inset: auto 16px 16px; z-index: 30; pointer-events: none;
      font: 12px/18px ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: var(--ink);
    }
    /* Below the portal's own notices, unless it is used; below the chat always. */
    :host(:focus-within), :host([data-open]) { z-index: 900; }
    * { box-sizing: border-box; margin: 0; }
    [hidden] { display: none !important; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    :focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }

    button, .pill {
      font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--edge); border-radius: 4px;
      min-height: 28px; padding: 0 8px; cursor: pointer; pointer-events: auto;
    }
    @media (hover: hover) { :is(button, .pill):hover { background: var(--line); } }
    /* One above the other, in short lines: narrow enough for the margin of a wide page, and for the place beside the chat's launcher. */
    .pill { display: block; width: fit-content; max-width: calc(100% - 72px); border-radius: 14px; padding: 4px 12px; text-align: left; text-decoration: none; }
    .pill:not([hidden]) + .toggle { margin-top: 6px; }
    .toggle span { display: block; white-space: pre; }
    .toggle .dot { display: none; }
    .quiet { color: var(--quiet); }

    section {
      position: absolute; bottom: calc(100% + 8px); left: 0; width: min(480px, 100%); max-height: 45vh; max-height: 45dvh;
      display: flex; flex-direction: column; overflow-y: auto; pointer-events: auto; border: 1px solid var(--edge); border-radius: 6px;
      background: repeating-linear-gradient(-45deg, var(--ink) 0 6px, transparent 6px 12px) top / 100% 6px no-repeat var(--ground);
      box-shadow: 0 6px 24px rgb(0 0 0 / 0.16);
    }
    header { display: flex; align-items: center; gap: 6px; padding: 14px 12px 8px; }
    header p { flex: 1; font-weight: 600; }
    header button { min-width: 62px; }
    .legend, .by-hand, .nothing { padding: 0 12px 8px; color: var(--quiet); }
    .legend { display: flex; flex-wrap: wrap; column-gap: 3ch; border-bottom: 1px solid var(--line); }
    .by-hand { display: block; padding-top: 8px; border-bottom: 1px solid var(--line); }
    .nothing { padding: 24px 12px; }
    textarea { display: block; width: 100%; margin-top: 4px; font: inherit; color: var(--ink); background: transparent; border: 1px solid var(--edge); white-space: pre; resize: none; }

    ol { list-style: none; padding: 4px 0 8px; overflow-y: auto; overscroll-behavior: contain; min-height: 72px; }
    ol:focus-visible { outline-offset: -2px; }
    li { position: relative; display: grid; grid-template-columns: auto 8ch 1fr; column-gap: 8px; padding: 2px 12px; font-variant-numeric: tabular-nums; }
    time, .pause, .where, .detail { color: var(--quiet); }
    time, .pause, .where { white-space: nowrap; }
    .pause { text-align: right; }
    .where { float: right; margin-left: 8px; }
    .changed { color: var(--ink); font-weight: 600; }
    .sign { display: inline-block; width: 2ch; }
    /* Behind the name where there is room, otherwise below it. */
    .detail { display: inline-block; padding-left: 2ch; overflow-wrap: anywhere; }
    .detail:empty { display: none; }
    .epoch { grid-column: 1 / -1; display: flex; align-items: center; gap: 8px; padding: 8px 0 4px; font-weight: 600; }
    .epoch::after { content: ""; flex: 1; border-top: 1px solid var(--edge); }
    li + .page { margin-top: 8px; padding-top: 8px; border-top: 1px dashed var(--edge); }

    @media (max-width: 639px) {
      :host { display: flex; flex-wrap: wrap; align-items: end; gap: 6px; padding-right: 68px; }
      .pill { max-width: 100%; padding-inline: 10px; }
      .pill:not([hidden]) + .toggle { margin-top: 0; }
      header button { min-height: 32px; }
      li { padding-block: 4px; }
      .what { display: contents; }
      .where { text-align: right; }
      .name, .detail { grid-column: 1 / -1; }
    }
    @media (prefers-color-scheme: dark) {
      :host { --ink: #ededeb; --ground: #151515; --quiet: #a3a3a0; --edge: #70706d; --line: #343432; }
    }
    @media print { :host { display: none; } }
  `;
  try {
    // Not a <style> element: a page's Content-Security-Policy may refuse those.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(Object.assign(document.createElement("style"), { textContent: STYLES }));
  }

  recall();
  addPage("Page loaded", performance.timeOrigin);
  // What happened before: widget.js has listened.
  page.sandboxTimeline?.splice(0).forEach(({ detail }) => add(detail));
  update(() => {});

  window.addEventListener("portal-chat", (event) => update(() => add(/** @type {CustomEvent} */ (event).detail)));
  document.addEventListener("DOMContentLoaded", () => update(() => {}));
  // Back from the page cache, after other pages of this tab. Captured, to come before what the portal does about it.
  window.addEventListener("pageshow", ({ persisted }) => persisted && update(comeBack), { capture: true });

  function comeBack() {
    recall();
    addPage("Page shown again", Date.now());
  }
})();
