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

  /** A second safeguard: the portal does not report tokens. */
  function redact(text) {
    if (typeof text !== "string") return "";
    return TOKEN.test(text) ? "[token]" : text.slice(0, 200);
  }

  function restore() {
    try {
      const stored = JSON.parse(sessionStorage.getItem(KEY) ?? '{ "rows": [] }');
      rows = stored.rows.map(readRow).filter(Boolean).slice(-MAX_ROWS);
      isOpen = stored.isOpen === true;
    } catch {
      // Blocked or invalid.
    }
    list.replaceChildren(...rows.map((row, index) => renderRow(row, rows[index - 1])));
  }

  function store() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ rows, isOpen }));
    } catch {
      // Blocked or full.
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
    toggle.setAttribute("aria-expanded", String(isOpen));
    host.toggleAttribute("data-open", isOpen);
    const chat = document.getElementById("glassix-container");
    const language = chat?.lang ? ` · ${chat.lang}` : "";
    summary.textContent = `epoch ${current.epoch} · ${current.state}${language}`;
    host.dir = (chat ?? document.documentElement).dir || "ltr";
    panel.hidden = !isOpen;
    list.hidden = rows.length === 0;
    empty.hidden = !list.hidden;
    // React would treat a panel in an unfinished document as part of it.
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

  const host = make("div", { id: KEY, lang: "en", hidden: "" });
  const root = host.attachShadow({ mode: "open" });
  const styles = make("link", { rel: "stylesheet", href: "/sandbox/timeline.css" });
  styles.addEventListener("load", () => (host.hidden = false));
  root.append(styles, sideBySide, toggle, panel);
  root.addEventListener("keydown", ({ key }) => isOpen && key === "Escape" && close());

  restore();
  addPage("Page loaded", performance.timeOrigin);
  // The entries that widget.js collected before.
  window.sandboxTimeline?.splice(0).forEach(({ detail }) => add(detail));
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
