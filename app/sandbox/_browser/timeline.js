// Shows what the chat's controller received and did, and what the widget reported. It only listens.
(() => {
  "use strict";

  if (window.hasSandboxTimeline) return;
  window.hasSandboxTimeline = true;

  const KEY = "sandbox-timeline";
  const MAX_ROWS = 300;
  const SIGNS = { input: "←", command: "→", event: "•", page: "■" };
  const LEGEND = ["← controller input", "→ controller action", "• widget event"];
  const TOKEN = /eyJ[\w-]*\.[\w-]+\.[\w-]*/;

  let rows = [];
  let isOpen = false;
  /** This page's epoch and state, also after "Clear". */
  let current = { epoch: 0, state: "empty" };

  /** Returns null for an invalid row: storage and events are untrusted. */
  function readRow(value) {
    const { time, epoch, state, kind, name, detail } = value ?? {};
    const isTime = Number.isFinite(time) && Math.abs(time) < 8e15;
    if (!isTime || !Number.isInteger(epoch) || !Object.keys(SIGNS).includes(kind)) return null;
    if (typeof state !== "string" || typeof name !== "string") return null;
    return { time, epoch, kind, state: redact(state), name: redact(name), detail: redact(detail) };
  }

  /** The second barrier: the portal does not report tokens. */
  function redact(text) {
    if (typeof text !== "string") return "";
    return TOKEN.test(text) ? "[token]" : text.slice(0, 200);
  }

  /** Restores the rows of this tab's earlier pages. */
  function restore() {
    try {
      const stored = JSON.parse(sessionStorage.getItem(KEY) ?? '{ "rows": [] }');
      rows = stored.rows.map(readRow).filter(Boolean).slice(-MAX_ROWS);
      isOpen = stored.isOpen === true;
    } catch {
      // Storage is blocked or invalid.
    }
    list.replaceChildren(...rows.map((row, index) => renderRow(row, rows[index - 1])));
  }

  function store() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ rows, isOpen }));
    } catch {
      // Storage is blocked or full.
    }
  }

  function add(value) {
    const row = readRow(value);
    if (!row) return;
    current = row;
    list.append(renderRow(row, rows.at(-1)));
    rows.push(row);
    if (rows.length <= MAX_ROWS) return;
    rows.shift();
    list.firstChild.remove();
  }

  function addPage(name, time) {
    add({ ...current, time: Math.round(time), kind: "page", name, detail: location.pathname });
  }

  function renderRow(row, previous) {
    const date = new Date(row.time);
    const local = new Date(row.time - date.getTimezoneOffset() * 60_000);
    const item = make("li", { class: row.kind });
    if (row.kind !== "page" && row.epoch !== previous?.epoch)
      item.append(make("p", { class: "epoch" }, `Epoch ${row.epoch}`));
    const state = make("span", { class: row.state === previous?.state ? "" : "changed" }, row.state);
    const sign = make("span", { class: "sign", "aria-hidden": "true" }, SIGNS[row.kind]);
    item.append(
      make("time", { datetime: date.toISOString() }, local.toISOString().slice(11, 23)),
      make("span", { class: "pause" }, previous ? `+${formatDuration(row.time - previous.time)}` : ""),
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

  function formatDuration(milliseconds) {
    // Negative after the clock was set back.
    if (milliseconds < 10_000) return `${Math.max(0, Math.round(milliseconds))} ms`;
    if (milliseconds < 600_000) return `${Math.round(milliseconds / 1000)} s`;
    return `${Math.round(milliseconds / 60_000)} min`;
  }

  /** Applies a change and renders. Scrolls only if the list was at its end. */
  function update(change) {
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 8;
    change();
    store();
    summary.textContent = `epoch ${current.epoch} · ${current.state}`;
    toggle.setAttribute("aria-expanded", String(isOpen));
    host.toggleAttribute("data-open", isOpen);
    panel.hidden = !isOpen;
    list.hidden = rows.length === 0;
    empty.hidden = !list.hidden;
    // React would treat a panel in an unfinished document as a part of it.
    if (document.readyState !== "loading" && !host.isConnected) document.body.append(host);
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  function close() {
    fallback.hidden = true;
    update(() => (isOpen = false));
    toggle.focus({ preventScroll: true });
  }

  async function copyReport() {
    const report = formatReport();
    try {
      await navigator.clipboard.writeText(report);
      fallback.hidden = true;
      copy.textContent = "Copied";
      setTimeout(() => (copy.textContent = "Copy"), 2000);
    } catch {
      // Pages without HTTPS have no clipboard.
      fallback.hidden = false;
      text.value = report;
      text.focus();
      text.select();
      text.scrollTop = 0;
    }
  }

  function formatReport() {
    const head = ["Chat timeline (sandbox)", new Date().toISOString(), redact(location.pathname), navigator.userAgent];
    const table = rows.map(({ time, epoch, state, kind, name, detail }) => {
      return [new Date(time).toISOString(), `epoch ${epoch}`, state, kind, name, detail];
    });
    const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
    const lines = table.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join("  "));
    return [head.join(" · "), ...lines.map((line) => line.trimEnd()), ""].join("\n");
  }

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function makeButton(onClick, ...children) {
    const button = make("button", { type: "button" }, ...children);
    button.addEventListener("click", onClick);
    return button;
  }

  const summary = make("span", { class: "quiet" });
  const toggle = makeButton(
    () => (isOpen ? close() : update(() => (isOpen = true))),
    "Timeline",
    make("span", { class: "quiet" }, " · "),
    summary,
  );
  toggle.className = "tab";
  toggle.setAttribute("aria-controls", "panel");
  const sideBySide = make("a", { href: "/sandbox/side-by-side", class: "tab" }, "Side by side");
  sideBySide.hidden = window.top !== window;

  const copy = makeButton(copyReport, "Copy");
  const clear = makeButton(() => {
    fallback.hidden = true;
    update(() => list.replaceChildren(...(rows = [])));
  }, "Clear");
  const text = make("textarea", { readonly: "", rows: "5" });
  const fallback = make("label", { class: "fallback", hidden: "" }, "The clipboard is not available. Copy this:", text);
  const empty = make("p", { class: "empty" }, "Nothing yet. Sign in, sign out, or open the chat.");
  const list = make("ol", { tabindex: "0", "aria-label": "Entries, oldest first" });
  const panel = make(
    "section",
    { id: "panel", "aria-label": "Chat timeline" },
    make("header", {}, make("p", {}, "Sandbox timeline"), copy, clear, makeButton(close, "Close")),
    make("p", { class: "legend" }, ...LEGEND.map((words) => make("span", {}, words))),
    fallback,
    empty,
    list,
  );

  const host = make("div", { id: KEY });
  const root = host.attachShadow({ mode: "open" });
  root.append(sideBySide, toggle, panel);
  root.addEventListener("keydown", ({ key }) => isOpen && key === "Escape" && close());

  const STYLES = `
    :host {
      all: initial; color-scheme: light dark;
      --ink: #161616; --ground: #f4f4f2; --quiet: #5c5c5a; --edge: #8a8a86; --line: #dcdcd8;
      position: fixed; inset-block-end: 16px; inset-inline-start: 0; z-index: 30;
      display: flex; flex-direction: column; gap: 6px;
      font: 12px/18px ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: var(--ink);
    }
    /* Above the portal's notices while in use, but below the chat. */
    :host(:focus-within), :host([data-open]) { z-index: 900; }
    * { box-sizing: border-box; margin: 0; }
    [hidden] { display: none !important; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    :focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
    .quiet { color: var(--quiet); }
    button, .tab {
      font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--edge); border-radius: 4px;
      min-height: 28px; padding: 0 8px; cursor: pointer; text-decoration: none;
    }
    @media (hover: hover) { :is(button, .tab):hover { background: var(--line); } }
    /* Narrow enough for the page's margin, so that it covers no content. */
    .tab {
      writing-mode: vertical-rl; width: 26px; padding: 10px 3px; white-space: nowrap; border-radius: 0;
    }

    section {
      position: fixed; inset-block-end: 16px; inset-inline-start: 36px; width: min(480px, 100% - 140px); max-height: 45vh; max-height: 45dvh;
      display: flex; flex-direction: column; overflow-y: auto; border: 1px solid var(--edge); border-radius: 6px;
      background: repeating-linear-gradient(-45deg, var(--ink) 0 6px, transparent 6px 12px) top / 100% 6px no-repeat var(--ground);
      box-shadow: 0 6px 24px rgb(0 0 0 / 0.16);
    }
    header { display: flex; align-items: center; gap: 6px; padding: 14px 12px 8px; }
    header p { flex: 1; font-weight: 600; }
    header button { min-width: 62px; }
    .legend, .fallback, .empty { padding: 0 12px 8px; color: var(--quiet); }
    .legend { display: flex; flex-wrap: wrap; column-gap: 3ch; border-bottom: 1px solid var(--line); }
    .fallback { display: block; padding-top: 8px; border-bottom: 1px solid var(--line); }
    .empty { padding: 24px 12px; }
    textarea { display: block; width: 100%; margin-top: 4px; font: inherit; color: var(--ink); background: transparent; border: 1px solid var(--edge); white-space: pre; resize: none; }

    ol { list-style: none; padding: 4px 0 8px; overflow-y: auto; overscroll-behavior: contain; min-height: 72px; }
    ol:focus-visible { outline-offset: -2px; }
    li { position: relative; display: grid; grid-template-columns: auto 8ch 1fr; column-gap: 8px; padding: 2px 12px; font-variant-numeric: tabular-nums; }
    time, .pause, .where, .detail { color: var(--quiet); }
    time, .pause, .where { white-space: nowrap; }
    .pause { text-align: end; }
    .where { float: inline-end; margin-inline-start: 8px; }
    .changed { color: var(--ink); font-weight: 600; }
    .sign { display: inline-block; width: 2ch; }
    .detail { display: inline-block; padding-inline-start: 2ch; overflow-wrap: anywhere; }
    .detail:empty { display: none; }
    .epoch { grid-column: 1 / -1; display: flex; align-items: center; gap: 8px; padding: 8px 0 4px; font-weight: 600; }
    .epoch::after { content: ""; flex: 1; border-top: 1px solid var(--edge); }
    li + .page { margin-top: 8px; padding-top: 8px; border-top: 1px dashed var(--edge); }

    /* A phone's page has no margin: at the end of the page, unless the panel is open. */
    @media (max-width: 639px) {
      :host { flex-flow: row wrap; inset-inline: 16px 88px; }
      :host(:not([data-open])) { position: relative; inset: auto; height: 0; margin-inline: 16px 88px; align-content: end; transform: translateY(-16px); }
      .tab { writing-mode: initial; width: auto; padding: 4px 10px; border-radius: 14px; }
      section { inset-block-end: 84px; inset-inline: 16px; width: auto; }
      header button { min-height: 32px; }
      li { padding-block: 4px; }
      .what { display: contents; }
      .where { text-align: end; }
      .name, .detail { grid-column: 1 / -1; }
    }
    @media (prefers-color-scheme: dark) {
      :host { --ink: #ededeb; --ground: #151515; --quiet: #a3a3a0; --edge: #70706d; --line: #343432; }
    }
    @media print { :host { display: none; } }
  `;
  try {
    // A Content-Security-Policy may refuse a <style> element.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make("style", {}, STYLES));
  }

  restore();
  addPage("Page loaded", performance.timeOrigin);
  if (Array.isArray(window.portalChat?.timeline)) window.portalChat.timeline.forEach(add);
  update(() => {});

  window.addEventListener("portal-chat", ({ detail }) => update(() => add(detail)));
  document.addEventListener("DOMContentLoaded", () => update(() => {}));
  // In the capture phase, to come before the portal's own listener.
  window.addEventListener("pageshow", ({ persisted }) => persisted && update(showAgain), { capture: true });

  function showAgain() {
    restore();
    addPage("Page shown again", Date.now());
  }
})();
