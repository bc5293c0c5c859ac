// The sandbox's implementation of Glassix's widget script: the documented constructor, methods and events.
// Where Glassix ignores a mistake, it throws. A classic script, as the published snippet needs.
(() => {
  "use strict";

  /** The server inserts what is set at /sandbox/settings. */
  const settings = /* settings */ {};
  const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
  const ORIGIN = new URL(script?.src || location.href).origin;
  const FRAME_URI = `${ORIGIN}/sandbox/chat?${new URLSearchParams({ page: location.origin })}`;

  class GlassixWidgetClient {
    #options;
    /** "new", "attached" or "destroyed" */
    #state = "new";
    #isVisible = false;
    #isInitialized = false;
    #unread = 0;
    #dom = null;
    #listeners = new AbortController();

    constructor(options) {
      this.#options = readOptions(options);
    }

    attach() {
      if (this.#state === "destroyed") fail("attach() was called after destroy(). Create a new client.");
      if (this.#state === "attached") fail("attach() was called twice.");
      if (!document.body) fail("attach() was called before the page has a <body>.");
      if (location.origin === "null") fail("This page has no origin. Open it from a web server, not as a file.");
      if (document.getElementById("glassix-container"))
        warn("Another client is already attached to this page. Destroy it first.");
      this.#state = "attached";

      const dom = (this.#dom = createDom());
      const { signal } = this.#listeners;
      dom.launcher.addEventListener("click", () => this.#show(!this.#isVisible), { signal });
      dom.container.addEventListener("keydown", ({ key }) => key === "Escape" && this.#show(false), { signal });
      window.addEventListener("message", (event) => this.#receive(event), { signal });
      document.body.append(dom.container);

      // As in Glassix, the event follows after attach() has returned.
      queueMicrotask(() => this.#state === "attached" && this.#report("attached"));
    }

    destroy() {
      if (this.#state === "destroyed") fail("destroy() was called twice.");
      this.#state = "destroyed";
      this.#listeners.abort();
      this.#dom?.removeStyles();
      this.#dom?.container.remove();
      this.#dom = null;
      this.#emit("destroyed");
      this.#options = null;
    }

    // Glassix's spelling.
    setWidgetVisiblity(isVisible) {
      if (typeof isVisible !== "boolean") fail(`setWidgetVisiblity() takes a boolean, not ${String(isVisible)}.`);
      if (this.#state !== "attached")
        fail(`setWidgetVisiblity() was called ${this.#state === "new" ? "before attach()" : "after destroy()"}.`);
      this.#show(isVisible);
    }

    async getIframeUri() {
      return FRAME_URI;
    }

    #show(isVisible) {
      const dom = this.#dom;
      if (!dom || isVisible === this.#isVisible) return;
      this.#isVisible = isVisible;
      const hadFocus = document.activeElement === dom.frame;
      dom.panel.setAttribute("aria-hidden", String(!isVisible));
      dom.panel.inert = !isVisible;
      dom.launcher.setAttribute("aria-expanded", String(isVisible));
      this.#labelLauncher();
      if (isVisible) dom.frame.focus();
      else if (hadFocus) dom.launcher.focus();
      this.#send({ type: "visible", isVisible });
      this.#emit("visiblity", { isVisible });
    }

    #labelLauncher() {
      const launcher = this.#dom?.launcher;
      const count = this.#isVisible ? 0 : this.#unread;
      const unread = count > 0 ? `, ${count} new message${count > 1 ? "s" : ""}` : "";
      launcher?.setAttribute("aria-label", this.#isVisible ? "Close chat" : `Open chat${unread}`);
      launcher?.toggleAttribute("data-unread", count > 0);
      if (count > 0) launcher?.setAttribute("data-unread", count > 9 ? "9+" : String(count));
    }

    #receive({ origin, source, data }) {
      if (origin !== ORIGIN || source !== this.#dom?.frame.contentWindow) return;
      switch (data?.type) {
        case "ready":
          this.#send({ type: "identity", ...this.#options, events: undefined });
          this.#send({ type: "visible", isVisible: this.#isVisible });
          break;
        case "connected":
          if (!this.#isInitialized) this.#report("initialized");
          this.#isInitialized = true;
          break;
        case "newTicket":
          this.#emit("newTicket", { nextTicketId: data.nextTicketId });
          break;
        case "newMessage":
          this.#emit("newMessage");
          break;
        case "unread":
          this.#unread = Number(data.count) || 0;
          this.#labelLauncher();
          break;
        case "close":
          this.#show(false);
      }
    }

    #send(message) {
      const source = { title: document.title, uri: location.href };
      // To no other origin: the message may contain the identity token.
      this.#dom?.frame.contentWindow?.postMessage({ ...message, source }, ORIGIN);
    }

    #report(name) {
      if (settings.widget !== "never attaches") this.#emit(name);
    }

    #emit(name, details = {}) {
      const listener = this.#options?.events?.[name];
      callPage(() => (window.dataLayer ??= []).push({ event: `glassix_widget_${name}`, ...details }));
      callPage(() => listener?.(...Object.values(details)));
    }
  }

  function readOptions(options) {
    if (typeof options !== "object" || options === null)
      fail("new GlassixWidgetClient() needs an object with apiKey and snippetId.");
    const { apiKey, snippetId, uniqueIdentifier, identityToken, events } = options;
    for (const [name, value] of Object.entries({ apiKey, snippetId })) {
      if (typeof value !== "string" || value === "")
        fail(`The option ${name} is missing. Copy it from the department's widget snippet.`);
    }
    for (const [name, value] of Object.entries({ uniqueIdentifier, identityToken })) {
      if (value == null || (typeof value === "string" && value !== "")) continue;
      const found = value === "" ? "an empty string" : `of type ${typeof value}`;
      fail(`The option ${name} is ${found}. Pass a string, or omit it for an anonymous chat.`);
    }
    for (const [name, listener] of Object.entries(events ?? {})) {
      if (typeof listener !== "function") fail(`events.${name} is of type ${typeof listener}, not a function.`);
    }
    if (uniqueIdentifier && !identityToken)
      warn("A uniqueIdentifier without an identityToken identifies nobody. This chat is anonymous.");
    // A copy, so that later changes by the page have no effect.
    return {
      apiKey,
      snippetId,
      uniqueIdentifier: uniqueIdentifier ?? undefined,
      identityToken: identityToken ?? undefined,
      events: { ...events },
    };
  }

  function fail(problem) {
    throw new Error(`GlassixWidgetClient (sandbox): ${problem}`);
  }

  function warn(problem) {
    console.warn(`GlassixWidgetClient (sandbox): ${problem}`);
  }

  /** An error in the page's code is reported as uncaught and does not stop the widget. */
  function callPage(call) {
    try {
      call();
    } catch (error) {
      setTimeout(() => {
        throw error;
      });
    }
  }

  function createDom() {
    const container = make("div", { id: "glassix-container" });
    const panel = make("div", { id: "glassix-widget-iframe-container", "aria-hidden": "true", inert: "" });
    const wrapper = make("div", { id: "glassix-widget-iframe-wrapper" });
    const frame = make("iframe", { title: "Chat", src: FRAME_URI });
    const launcherContainer = make("div", { id: "glassix-widget-launcher-container" });
    const launcherWrapper = make("div", { id: "glassix-widget-launcher-closed-wrapper" });
    const launcher = make("button", {
      type: "button",
      "aria-label": "Open chat",
      "aria-expanded": "false",
      "aria-controls": panel.id,
    });
    launcher.append(
      makeIcon(
        "speech",
        "M5 5.5h14a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 19 17h-6.2L8 20.5V17H5a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 5 5.5Z",
      ),
      makeIcon("down", "m6 9.5 6 6 6-6"),
    );

    wrapper.append(frame);
    panel.append(wrapper);
    launcherWrapper.append(launcher);
    launcherContainer.append(launcherWrapper);
    container.append(panel, launcherContainer);
    return { container, panel, frame, launcher, removeStyles: addStyles() };
  }

  function addStyles() {
    try {
      // A Content-Security-Policy may refuse a <style> element.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLES);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      return () => {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
      };
    } catch {
      const style = make("style", {});
      style.textContent = STYLES;
      document.head.append(style);
      return () => style.remove();
    }
  }

  function make(tag, attributes, namespace = "http://www.w3.org/1999/xhtml") {
    const element = document.createElementNS(namespace, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function makeIcon(name, d) {
    const namespace = "http://www.w3.org/2000/svg";
    const icon = make("svg", { class: name, viewBox: "0 0 24 24", "aria-hidden": "true" }, namespace);
    icon.append(make("path", { d }, namespace));
    return icon;
  }

  const STYLES = `
    #glassix-container {
      --ink: oklch(0.27 0.04 225); --lamp: oklch(0.78 0.15 75); --paper: oklch(0.985 0.006 85); --line: oklch(0.9 0.01 85);
      position: fixed; inset-inline-end: 16px; bottom: 16px; z-index: 1000; line-height: 0;
    }
    #glassix-container * { box-sizing: border-box; margin: 0; padding: 0; }
    #glassix-container button {
      position: relative; display: grid; place-items: center; width: 56px; height: 56px; border: 0; border-radius: 50%;
      background: var(--lamp); color: var(--ink); cursor: pointer; box-shadow: 0 6px 24px oklch(0.27 0.04 225 / 0.16);
      -webkit-tap-highlight-color: transparent; transition: filter 160ms;
    }
    @media (hover: hover) { #glassix-container button:hover { filter: brightness(1.06); } }
    #glassix-container button:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }
    #glassix-container svg { grid-area: 1 / 1; width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
    #glassix-container button[aria-expanded="false"] .down, #glassix-container button[aria-expanded="true"] .speech { visibility: hidden; }
    #glassix-container button[data-unread]::after {
      content: attr(data-unread); position: absolute; top: -3px; inset-inline-end: -3px; min-width: 22px; height: 22px; padding: 0 5px;
      border-radius: 11px; background: oklch(0.53 0.17 25); color: #fff; font: 600 12px/20px system-ui, sans-serif; border: 1px solid var(--paper);
    }
    #glassix-widget-iframe-container {
      position: absolute; inset-inline-end: 0; bottom: 72px; width: 376px;
      /* Leaves the page header, with its sign-out button, in reach. */
      height: min(600px, calc(100vh - 184px)); height: min(600px, calc(100dvh - 184px));
      overflow: hidden; border: 1px solid var(--line); border-radius: 10px; background: var(--paper);
      box-shadow: 0 6px 24px oklch(0.27 0.04 225 / 0.16); transition: opacity 160ms, transform 160ms;
    }
    #glassix-widget-iframe-container[aria-hidden="true"] { visibility: hidden; opacity: 0; transform: translateY(8px); transition: opacity 160ms, transform 160ms, visibility 0s 160ms; }
    #glassix-widget-iframe-wrapper, #glassix-widget-iframe-wrapper iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (max-width: 479px) {
      #glassix-widget-iframe-container { position: fixed; inset: 72px 8px 84px; width: auto; height: auto; }
    }
    @media (prefers-color-scheme: dark) {
      #glassix-container { --paper: oklch(0.2 0.025 225); --line: oklch(0.34 0.03 225); }
      #glassix-container button { color: oklch(0.2 0.025 225); }
      #glassix-container button:focus-visible { outline-color: oklch(0.94 0.01 85); }
    }
    @media (prefers-reduced-motion: reduce) {
      #glassix-container, #glassix-container * { transition: none !important; }
    }
    @media print { #glassix-container { display: none; } }
  `;

  // Keeps the first when included twice: it may have living clients.
  window.GlassixWidgetClient ??= GlassixWidgetClient;
})();
