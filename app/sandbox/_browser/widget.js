// @ts-check
/**
 * The sandbox's stand-in for Glassix's widget script: the documented constructor, methods and events, and
 * nothing else. Where Glassix's own script is silent about a mistake, this one throws and says what to do.
 *
 * A classic script without imports, so that the published snippet can load it into any page.
 */
(() => {
  "use strict";

  /**
   * @typedef {object} Options
   * @property {string} apiKey the department's API key
   * @property {string} snippetId
   * @property {string} [uniqueIdentifier] the customer's UUID
   * @property {string} [identityToken] the JWT that vouches for it
   * @property {Record<string, (...details: any[]) => void>} [events] `attached`, `initialized`, `destroyed`,
   *   `visiblity`, `newTicket`, `newMessage`; `protocolBadgeClicked` is taken but never fires here
   */

  const page = /** @type {{ GlassixWidgetClient?: Function, dataLayer?: object[], sandboxTimeline?: Event[] }} */ (
    /** @type {unknown} */ (window)
  );
  /** What is switched on at /sandbox/settings: the server writes it here. */
  const settings = /** @type {{ widget?: string }} */ (/* settings */ {});

  const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
  /** Where the sandbox is: wherever this script came from. */
  const ORIGIN = new URL(script?.src || location.href).origin;

  class GlassixWidgetClient {
    /** @type {Options | null} */
    #options;
    /** @type {"new" | "attached" | "destroyed"} */
    #state = "new";
    #isVisible = false;
    #isInitialized = false;
    #unread = 0;
    /** @type {ReturnType<typeof build> | null} */
    #dom = null;
    /** Ends every listener at once. */
    #ending = new AbortController();

    /** @param {Options} options */
    constructor(options) {
      this.#options = readOptions(options);
    }

    /** Puts the widget into the page. The event `attached` follows shortly after. */
    attach() {
      if (this.#state === "destroyed") fail("attach() after destroy(). Make a new client instead.");
      if (this.#state === "attached") fail("attach() was called twice.");
      if (!document.body) fail("attach() before the page has a <body>.");
      if (location.origin === "null") fail("this page has no origin (a file, perhaps). Open it through a web server.");
      if (document.getElementById("glassix-container")) {
        console.warn(
          "GlassixWidgetClient (sandbox): another client is attached to this page already. Destroy it first.",
        );
      }
      this.#state = "attached";

      const dom = (this.#dom = build(frameUri()));
      const { signal } = this.#ending;
      dom.launcher.addEventListener("click", () => this.#show(!this.#isVisible), { signal });
      dom.container.addEventListener("keydown", ({ key }) => key === "Escape" && this.#show(false), { signal });
      window.addEventListener("message", (event) => this.#hear(event), { signal });
      document.body.append(dom.container);

      // The published snippet calls glassixWidgetScriptLoaded() when attach() returns, before `attached`.
      queueMicrotask(() => this.#state === "attached" && this.#report("attached"));
    }

    /** Takes the widget out of the page, and forgets all that it knew. */
    destroy() {
      if (this.#state === "destroyed") fail("destroy() was called twice.");
      this.#state = "destroyed";
      this.#ending.abort();
      this.#dom?.removeStyles();
      this.#dom?.container.remove();
      this.#dom = null;
      this.#emit("destroyed");
      this.#options = null;
    }

    /**
     * Opens or closes the chat. (Glassix spells it so.)
     *
     * @param {boolean} isVisible
     */
    setWidgetVisiblity(isVisible) {
      if (typeof isVisible !== "boolean") fail(`setWidgetVisiblity() takes true or false, not ${String(isVisible)}.`);
      if (this.#state !== "attached")
        fail(`setWidgetVisiblity() ${this.#state === "new" ? "before attach()" : "after destroy()"}.`);
      this.#show(isVisible);
    }

    /** The address of the chat frame. It says nothing of the customer. */
    async getIframeUri() {
      return frameUri();
    }

    /** @param {boolean} isVisible */
    #show(isVisible) {
      const dom = this.#dom;
      if (!dom || isVisible === this.#isVisible) return;
      this.#isVisible = isVisible;
      const hadFocus = document.activeElement === dom.frame;
      dom.panel.setAttribute("aria-hidden", String(!isVisible));
      dom.panel.inert = !isVisible;
      dom.launcher.setAttribute("aria-expanded", String(isVisible));
      this.#labelLauncher();
      if (isVisible) {
        dom.frame.focus();
      } else if (hadFocus) {
        dom.launcher.focus();
      }
      this.#tell({ type: "visible", isVisible, source: readSource() });
      this.#emit("visiblity", { isVisible });
    }

    /** Says on the launcher what it does, and how many messages wait. */
    #labelLauncher() {
      const launcher = this.#dom?.launcher;
      const count = this.#isVisible ? 0 : this.#unread;
      const news = count > 0 ? `, ${count} new message${count > 1 ? "s" : ""}` : "";
      launcher?.setAttribute("aria-label", this.#isVisible ? "Close chat" : `Open chat${news}`);
      if (count > 0) launcher?.setAttribute("data-unread", count > 9 ? "9+" : String(count));
      else launcher?.removeAttribute("data-unread");
    }

    /** @param {MessageEvent} event */
    #hear({ origin, source, data }) {
      if (origin !== ORIGIN || source !== this.#dom?.frame.contentWindow) return;
      switch (data?.type) {
        case "ready": {
          const { apiKey, snippetId, uniqueIdentifier, identityToken } = /** @type {Options} */ (this.#options);
          this.#tell({ type: "identity", apiKey, snippetId, uniqueIdentifier, identityToken, source: readSource() });
          this.#tell({ type: "visible", isVisible: this.#isVisible, source: readSource() });
          break;
        }
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

    /** @param {object} message for the frame, and for no other origin: it may hold the identity token */
    #tell(message) {
      this.#dom?.frame.contentWindow?.postMessage(message, ORIGIN);
    }

    /** @param {"attached" | "initialized"} name */
    #report(name) {
      if (settings.widget !== "never attaches") this.#emit(name);
    }

    /**
     * @param {string} name
     * @param {Record<string, unknown>} [details] what the listener gets, in its order
     */
    #emit(name, details = {}) {
      const listener = this.#options?.events?.[name];
      attempt(() => (page.dataLayer ??= []).push({ event: `glassix_widget_${name}`, ...details }));
      attempt(() => listener?.(...Object.values(details)));
    }
  }

  /**
   * @param {unknown} options
   * @returns {Options}
   */
  function readOptions(options) {
    if (typeof options !== "object" || options === null)
      fail("new GlassixWidgetClient() needs an object with apiKey and snippetId.");
    const { apiKey, snippetId, uniqueIdentifier, identityToken, events } = /** @type {Record<string, any>} */ (options);
    for (const [name, value] of Object.entries({ apiKey, snippetId })) {
      if (typeof value !== "string" || value === "")
        fail(`the option ${name} is missing. It stands in the department's widget snippet.`);
    }
    for (const [name, value] of Object.entries({ uniqueIdentifier, identityToken })) {
      if (value === undefined || value === null || (typeof value === "string" && value !== "")) continue;
      fail(
        `the option ${name} is ${value === "" ? "an empty string" : `of type ${typeof value}`}. Pass a string, or leave it out for an anonymous chat.`,
      );
    }
    for (const [name, listener] of Object.entries(events ?? {})) {
      if (typeof listener !== "function") fail(`events.${name} is of type ${typeof listener}, not a function.`);
    }
    if (uniqueIdentifier && !identityToken) {
      console.warn(
        "GlassixWidgetClient (sandbox): a uniqueIdentifier without an identityToken vouches for nobody. This chat is anonymous.",
      );
    }
    // A copy: what the page does to its own object later changes nothing here.
    return {
      apiKey,
      snippetId,
      uniqueIdentifier: uniqueIdentifier ?? undefined,
      identityToken: identityToken ?? undefined,
      events: { ...events },
    };
  }

  /** @param {string} problem @returns {never} */
  function fail(problem) {
    throw new Error(`GlassixWidgetClient (sandbox): ${problem}`);
  }

  /**
   * Calls the page's own code. Its mistake is reported as the page's, and does not stop the widget.
   *
   * @param {() => void} call
   */
  function attempt(call) {
    try {
      call();
    } catch (error) {
      setTimeout(() => {
        throw error;
      });
    }
  }

  function frameUri() {
    return `${ORIGIN}/sandbox/chat?${new URLSearchParams({ page: location.origin })}`;
  }

  function readSource() {
    return { title: document.title, uri: location.href };
  }

  /** @param {string} uri the chat frame's address */
  function build(uri) {
    const container = make("div", "glassix-container");
    const panel = make("div", "glassix-widget-iframe-container");
    const wrapper = make("div", "glassix-widget-iframe-wrapper");
    const frame = document.createElement("iframe");
    const launcherContainer = make("div", "glassix-widget-launcher-container");
    const launcherWrapper = make("div", "glassix-widget-launcher-closed-wrapper");
    const launcher = document.createElement("button");

    panel.setAttribute("aria-hidden", "true");
    panel.inert = true;
    frame.title = "Chat";
    frame.src = uri;
    launcher.type = "button";
    launcher.setAttribute("aria-label", "Open chat");
    launcher.setAttribute("aria-expanded", "false");
    launcher.setAttribute("aria-controls", panel.id);
    launcher.append(
      draw(
        "speech",
        "M5 5.5h14a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 19 17h-6.2L8 20.5V17H5a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 5 5.5Z",
      ),
      draw("down", "m6 9.5 6 6 6-6"),
    );

    wrapper.append(frame);
    panel.append(wrapper);
    launcherWrapper.append(launcher);
    launcherContainer.append(launcherWrapper);
    container.append(panel, launcherContainer);

    return { container, panel, frame, launcher, removeStyles: addStyles() };
  }

  /** Adds the widget's styles to the page, and returns what removes them. */
  function addStyles() {
    try {
      // Not a <style> element: a page's Content-Security-Policy may refuse those.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLES);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      return () => {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
      };
    } catch {
      const style = Object.assign(document.createElement("style"), { textContent: STYLES });
      document.head.append(style);
      return () => style.remove();
    }
  }

  /** @param {string} tag @param {string} id */
  function make(tag, id) {
    return Object.assign(document.createElement(tag), { id });
  }

  /** @param {string} className @param {string} d */
  function draw(className, d) {
    const namespace = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(namespace, "svg");
    const path = document.createElementNS(namespace, "path");
    svg.setAttribute("class", className);
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", d);
    svg.append(path);
    return svg;
  }

  const STYLES = `
    #glassix-container {
      --ink: oklch(0.27 0.04 225); --lamp: oklch(0.78 0.15 75); --paper: oklch(0.985 0.006 85); --line: oklch(0.9 0.01 85);
      position: fixed; right: 16px; bottom: 16px; z-index: 1000; line-height: 0;
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
      content: attr(data-unread); position: absolute; top: -3px; right: -3px; min-width: 22px; height: 22px; padding: 0 5px;
      border-radius: 11px; background: oklch(0.53 0.17 25); color: #fff; font: 600 12px/20px system-ui, sans-serif; border: 1px solid var(--paper);
    }
    #glassix-widget-iframe-container {
      position: absolute; right: 0; bottom: 72px; width: 376px;
      /* However small the window: the page's header, with its way to sign out, stays in reach. */
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

  /**
   * A page of the portal tells what its chat does with the event `portal-chat`. The first one brings the timeline
   * into the page. Entries from before it has loaded wait in a list.
   *
   * @param {Event} first
   */
  function loadTimeline(first) {
    const entries = (page.sandboxTimeline = [first]);
    window.addEventListener("portal-chat", (event) => entries.push(event));
    const timeline = document.createElement("script");
    timeline.src = `${ORIGIN}/sandbox/timeline.js`;
    timeline.nonce = script?.nonce;
    document.head.append(timeline);
  }

  // Included twice, the first stays: there may be living clients of it.
  if (!page.GlassixWidgetClient) window.addEventListener("portal-chat", loadTimeline, { once: true });
  page.GlassixWidgetClient ??= GlassixWidgetClient;
})();
