// The sandbox's implementation of Glassix's widget script: the documented constructor, methods and events.
// Where Glassix ignores a mistake, it throws. A classic script, as the published snippet needs.
(() => {
  "use strict";

  /** The server inserts what is set at /sandbox/settings. */
  const settings = /* settings */ {};
  const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
  const ORIGIN = new URL(script?.src || location.href).origin;

  /** What was typed and not sent. In memory: on a shared device, the next person must not find it. */
  let draft = null;

  class GlassixWidgetClient {
    #options;
    #texts;
    #frameUri;
    /** "new", "attached" or "destroyed" */
    #state = "new";
    #isVisible = false;
    #isInitialized = false;
    #unread = 0;
    #dom = null;
    #listeners = new AbortController();

    constructor(options) {
      this.#options = readOptions(options);
      const { snippetId } = this.#options;
      // The first is the default language's.
      this.#texts = settings.snippets.find((snippet) => snippet.snippetId === snippetId) ?? settings.snippets[0];
      this.#frameUri = `${ORIGIN}/sandbox/chat?${new URLSearchParams({ page: location.origin, snippetId })}`;
    }

    attach() {
      if (this.#state === "destroyed") fail("attach() was called after destroy(). Create a new client.");
      if (this.#state === "attached") fail("attach() was called twice.");
      if (!document.body) fail("attach() was called before the page has a <body>.");
      if (location.origin === "null") fail("This page has no origin. Open it from a web server, not as a file.");
      if (document.getElementById("glassix-container"))
        warn("Another client is already attached to this page. Destroy it first.");
      this.#state = "attached";

      const dom = (this.#dom = createDom(this.#texts, this.#frameUri));
      const { signal } = this.#listeners;
      dom.launcher.addEventListener("click", () => this.#show(!this.#isVisible), { signal });
      dom.container.addEventListener("keydown", ({ key }) => key === "Escape" && this.#show(false), { signal });
      window.addEventListener("message", (event) => this.#receive(event), { signal });
      document.body.append(dom.container);

      // As in Glassix, the event fires after attach() has returned.
      queueMicrotask(() => this.#state === "attached" && this.#report("attached"));
    }

    destroy() {
      if (this.#state === "destroyed") fail("destroy() was called twice.");
      this.#state = "destroyed";
      this.#listeners.abort();
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
      return this.#frameUri;
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
      const { open, close, unread, language } = this.#texts;
      const count = this.#isVisible ? 0 : this.#unread;
      const words = unread[new Intl.PluralRules(language).select(count)] ?? unread.other;
      const label = count > 0 ? `${open}, ${words.replace("{count}", count)}` : open;
      launcher?.setAttribute("aria-label", this.#isVisible ? close : label);
      launcher?.toggleAttribute("data-unread", count > 0);
      if (count > 0) launcher?.setAttribute("data-unread", count > 9 ? "9+" : String(count));
    }

    #receive({ origin, source, data }) {
      if (origin !== ORIGIN || source !== this.#dom?.frame.contentWindow) return;
      switch (data?.type) {
        case "ready":
          this.#send({ type: "identity", ...this.#options, events: undefined, draft });
          draft = null;
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
        case "draft":
          draft = data.draft;
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
      // Only to this origin: the message may contain the identity token.
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
    return { apiKey, snippetId, uniqueIdentifier, identityToken, events: { ...events } };
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

  function createDom(texts, frameUri) {
    const template = document.createElement("template");
    template.innerHTML = renderHtml(texts, frameUri);
    const container = template.content.firstElementChild;
    const find = (selector) => container.querySelector(selector);
    find("link").addEventListener("load", () => (container.hidden = false));
    return {
      container,
      panel: find("#glassix-widget-iframe-container"),
      frame: find("iframe"),
      launcher: find("button"),
    };
  }

  // Hidden until its style sheet has loaded.
  const renderHtml = ({ language, dir, title, open }, frameUri) => `<div
    id="glassix-container" lang="${language}" dir="${dir}" hidden>
    <link rel="stylesheet" href="${ORIGIN}/sandbox/widget.css" />
    <div id="glassix-widget-iframe-container" aria-hidden="true" inert>
      <div id="glassix-widget-iframe-wrapper"><iframe title="${title}" src="${frameUri}"></iframe></div>
    </div>
    <div id="glassix-widget-launcher-container">
      <div id="glassix-widget-launcher-closed-wrapper">
        <button type="button" aria-label="${open}" aria-controls="glassix-widget-iframe-container" aria-expanded="false">
          <svg class="speech" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M5 5.5h14A1.5 1.5 0 0 1 20.5 7v8.5A1.5 1.5 0 0 1 19 17h-6.2L8 20.5V17H5a1.5 1.5 0 0 1-1.5-1.5V7z" />
          </svg>
          <svg class="down" viewBox="0 0 24 24" aria-hidden="true"><path d="m6 9.5 6 6 6-6" /></svg>
        </button>
      </div>
    </div>
  </div>`;

  /** Loads the timeline when the portal reports its chat's first entry, and collects entries until it has loaded. */
  function loadTimeline(first) {
    const entries = (window.sandboxTimeline = [first]);
    window.addEventListener("portal-chat", (event) => entries.push(event));
    const timeline = document.createElement("script");
    timeline.src = `${ORIGIN}/sandbox/timeline.js`;
    timeline.nonce = script?.nonce;
    document.head.append(timeline);
  }

  // Keeps the first one when included twice: it may have live clients.
  if (!window.GlassixWidgetClient) window.addEventListener("portal-chat", loadTimeline, { once: true });
  window.GlassixWidgetClient ??= GlassixWidgetClient;
})();
