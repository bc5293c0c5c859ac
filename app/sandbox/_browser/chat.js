// @ts-check
/**
 * The chat frame of the sandbox. It shows nothing before the widget's script has handed it an identity,
 * or none, by postMessage; and it keeps the identity token in this file's memory alone.
 *
 * @typedef {{ apiKey: string, snippetId: string, uniqueIdentifier?: string, identityToken?: string }} Identity
 * @typedef {{ id: number, author: "Client" | "User", text: string, clientId: string | null, at: string }} Message
 * @typedef {{ messages: Message[], isTyping: boolean, seenId: number, unread: number, isClosed: boolean, now: string }} Conversation
 * @typedef {{ key: string, id: number, isOwn: boolean, text: string, at: string, status: "sent" | "seen" | "sending" | "failed" }} Entry
 */
(() => {
  "use strict";

  const MAX_LENGTH = 2000;
  /** Between two looks while the chat is closed, or in a tab behind others: with a conversation, and without one. */
  const LOOK_EVERY = 5000;
  const LOOK_RARELY = 20_000;
  /** Between two tries while the sandbox does not answer. */
  const TRY_EVERY = 2000;
  /** How often it is said that the customer types. */
  const SAY_TYPING_EVERY = 2500;
  /** How long an answer may take. */
  const TIME_LIMIT = 10_000;
  /** The server ends a stream after 50 seconds. One that ends at once, or never, has a fault. */
  const SHORTEST_STREAM = 1000;
  const LONGEST_STREAM = 60_000;
  /** Sorts what is not stored yet behind everything that is. */
  const NOT_YET = "9999";

  /** The origin of the page around this frame. The widget's script names it, and hears from us only there. */
  const page = new URLSearchParams(location.search).get("page") ?? "";
  if (window.parent === window || !isAddress(page)) {
    element("loading-note").textContent =
      "This is the inside of the chat widget. It waits for the widget's script in a page around it.";
    return;
  }

  /** @type {Identity | undefined} */
  let identity;
  let source = { title: "", uri: "" };
  let isVisible = false;
  let isTyping = false;
  let isConnected = false;
  let isIdentified = false;
  let since = "";
  /** Until then the server has asked us to do without a stream. */
  let followAgainAt = 0;
  /** Ends the wait, or the stream, that the listening is in just now. */
  let interrupt = () => {};
  /** Whether there was a reason to look again since the last look began. */
  let mustLook = false;
  /** Ends the stream, whatever the customer looks at. */
  let wakeAnew = wake;
  let seenId = 0;
  let unread = 0;
  let saidTypingAt = 0;
  /** One message after the other, so that they are stored in the order in which they were written. */
  let queue = Promise.resolve();
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  /** @type {Map<string, HTMLElement>} */
  const items = new Map();

  const log = element("log");
  const input = /** @type {HTMLTextAreaElement} */ (element("message"));

  class RefusedError extends Error {}

  // The page around the frame

  window.addEventListener("message", ({ origin, source: sender, data }) => {
    if (sender !== window.parent || origin !== page) return;
    if (data?.source) source = data.source;
    if (data?.type === "identity" && !identity) {
      identity = data;
      connect();
    }
    if (data?.type === "visible") {
      isVisible = data.isVisible;
      if (isVisible) {
        focusInput();
        scrollToEnd();
      }
      wake();
    }
  });

  /** @param {object} message */
  function tell(message) {
    window.parent.postMessage(message, page);
  }

  // The sandbox's API

  /**
   * @param {string} path
   * @param {RequestInit} [options]
   */
  async function request(path, options) {
    // Not AbortSignal.timeout: older browsers do not have it.
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), TIME_LIMIT);
    try {
      const response = await ask(path, { ...options, signal: ending.signal });
      return await response.json();
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * @param {string} path
   * @param {RequestInit & { signal: AbortSignal }} options
   */
  async function ask(path, options) {
    const { apiKey, uniqueIdentifier, identityToken } = /** @type {Identity} */ (identity);
    const headers = new Headers({
      "Content-Type": "application/json",
      "X-Glassix-Api-Key": encodeURIComponent(apiKey),
    });
    // Encoding changes no token that is one, and lets the server say what is wrong with one that is none.
    if (identityToken) headers.set("Authorization", `Bearer ${encodeURIComponent(identityToken)}`);
    if (uniqueIdentifier) headers.set("X-Glassix-Unique-Identifier", encodeURIComponent(uniqueIdentifier));
    const response = await fetch(`/sandbox/api/${path}`, { ...options, headers, cache: "no-store" });
    if (response.ok) return response;
    const body = await response.json().catch(() => ({}));
    if (response.status === 401) {
      refuse({ reason: body.error, isSpinning: body.isSpinning });
      throw new RefusedError();
    }
    const retryAfter = Number(response.headers.get("Retry-After")) || 0;
    throw Object.assign(new Error(body.error), { code: body.code, retryAfter: retryAfter * 1000 });
  }

  async function connect() {
    try {
      const { customer, ...conversation } = await request("connect", { method: "POST" });
      if (customer.kind === "refused") return refuse(customer);
      isConnected = true;
      isIdentified = customer.kind === "identified";
      element("who").textContent = !isIdentified
        ? "You are chatting anonymously"
        : `You are chatting as ${customer.firstName || "a verified customer"}`;
      element("welcome").textContent = isIdentified
        ? "Write to us. Whoever answers already sees who you are and what you have with us."
        : "Write to us. If you sign in first, whoever answers sees who you are.";
      show("chat");
      take(conversation);
      tell({ type: "connected" });
      if (isVisible) focusInput();
      void listen();
    } catch (error) {
      if (error instanceof RefusedError) return;
      element("loading-note").textContent = "The chat cannot be reached. Trying again.";
      setTimeout(connect, Math.max(3000, readRetryAfter(error)));
    }
  }

  /** @param {{ reason: string, isSpinning: boolean }} refusal */
  function refuse({ reason, isSpinning }) {
    isConnected = false;
    wake();
    tell({ type: "unread", count: 0 });
    element("who").textContent = "";
    log.replaceChildren();
    entries.clear();
    if (isSpinning) {
      // What the guide promises: "Widget will endlessly load/spin". Only the sandbox says why.
      element("loading-note").textContent = `Glassix spins here for ever. ${reason}`;
      console.warn(`Glassix sandbox: this widget spins for ever. ${reason}`);
      show("loading");
    } else {
      element("refusal").textContent = `Glassix would refuse this identity token: ${reason}`;
      console.warn(`Glassix sandbox: Glassix would refuse this identity token. ${reason}`);
      show("refused");
    }
  }

  /**
   * How long the server has asked to wait, in milliseconds.
   *
   * @param {unknown} error
   */
  function readRetryAfter(error) {
    const { retryAfter } = /** @type {{ retryAfter?: number }} */ (error);
    return Math.min(retryAfter ?? 0, 60_000);
  }

  /** Whether the customer looks at the conversation just now. */
  const isWatched = () => isVisible && document.visibilityState === "visible";

  /** Hears what is new for as long as the chat lives: at once while it is looked at, now and then otherwise. */
  async function listen() {
    while (isConnected) {
      mustLook = false;
      let wait = entries.size > 0 || isTyping || isWatched() ? LOOK_EVERY : LOOK_RARELY;
      try {
        // Before the first message a stranger has no conversation to follow.
        if (isWatched() && (isIdentified || entries.size > 0) && Date.now() >= followAgainAt) {
          const start = Date.now();
          const isRefused = !(await follow());
          wait = isRefused || Date.now() - start >= SHORTEST_STREAM ? 0 : TRY_EVERY;
        } else if (since) {
          take(await request(`messages?since=${encodeURIComponent(since)}`), true);
        }
        element("connection").textContent = "";
        if (isTyping) wait = Math.min(wait, 1000);
      } catch (error) {
        if (error instanceof RefusedError) return;
        element("connection").textContent = "The connection is lost. Trying again.";
        wait = Math.max(TRY_EVERY, readRetryAfter(error));
      }
      if (wait > 0 && !mustLook) await pause(wait);
    }
  }

  /**
   * Takes what is new as it happens, until the server ends the answer or the customer looks elsewhere.
   *
   * @returns whether there was a stream: the server refuses more than it can hold, and is then asked now and then
   */
  async function follow() {
    const ending = new AbortController();
    interrupt = () => (isConnected && isWatched()) || ending.abort();
    wakeAnew = () => {
      mustLook = true;
      ending.abort();
    };
    const limit = setTimeout(() => ending.abort(), LONGEST_STREAM);
    try {
      const response = await ask(`messages/stream?since=${encodeURIComponent(since)}`, { signal: ending.signal });
      if (!response.body) {
        // A browser that cannot read an answer while it arrives.
        ending.abort();
        followAgainAt = Infinity;
        return false;
      }
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let text = "";
      for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
        element("connection").textContent = "";
        text += decoder.decode(value, { stream: true });
        const events = text.split("\n\n");
        text = events.pop() ?? "";
        for (const event of events) if (event.startsWith("data: ")) take(JSON.parse(event.slice(6)), true);
      }
    } catch (error) {
      if (ending.signal.aborted) return true;
      if (readRetryAfter(error) === 0) throw error;
      followAgainAt = Date.now() + readRetryAfter(error);
      return false;
    } finally {
      clearTimeout(limit);
      wakeAnew = wake;
    }
    return true;
  }

  /** @param {number} time milliseconds, cut short by `wake` */
  function pause(time) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, time);
      interrupt = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }

  /** Something has changed about the page, or the customer: the listening looks again, now. */
  function wake() {
    mustLook = true;
    interrupt();
  }

  document.addEventListener("visibilitychange", () => wake());
  window.addEventListener("online", () => wake());

  /**
   * @param {Conversation} conversation
   * @param {boolean} [isNew] whether it goes on while the customer watches, rather than being history
   */
  function take(conversation, isNew = false) {
    ({ isTyping, seenId, unread } = conversation);
    since = conversation.now;
    let isAnswered = false;
    for (const { id, clientId, author, text, at } of conversation.messages) {
      const key = author === "Client" && clientId ? clientId : String(id);
      isAnswered ||= isNew && author === "User" && !entries.has(key);
      entries.set(key, { key, id, isOwn: author === "Client", text, at, status: "sent" });
    }
    element("closed").hidden = !conversation.isClosed;
    if (unread > 0 && isWatched()) {
      unread = 0;
      note({ seenId: Math.max(...[...entries.values()].map(({ id }) => id)) });
    }
    tell({ type: "unread", count: unread });
    render();
    if (isAnswered) tell({ type: "newMessage" });
  }

  /**
   * Tells what the customer does without writing. Nothing is lost when it does not arrive.
   *
   * @param {{ seenId?: number, isTyping?: boolean }} presence
   */
  function note(presence) {
    request("presence", { method: "POST", body: JSON.stringify(presence) }).catch(() => {});
  }

  // Sending

  /** @param {Entry} entry */
  function send(entry) {
    entry.status = "sending";
    render();
    queue = queue.then(async () => {
      try {
        const body = JSON.stringify({ clientId: entry.key, text: entry.text, source });
        const { message, openedTicketId } = await request("messages", { method: "POST", body });
        entries.set(entry.key, { ...entry, id: message.id, text: message.text, at: message.at, status: "sent" });
        element("closed").hidden = true;
        element("problem").textContent = "";
        if (openedTicketId !== null) tell({ type: "newTicket", nextTicketId: openedTicketId });
        // A newcomer has no conversation to follow before the first message, and gets its cookie with it.
        if (openedTicketId !== null) wakeAnew();
      } catch (error) {
        // Nobody knows whether it arrived. Sent again with the same key, it is stored once.
        entry.status = "failed";
        const { code, message } = /** @type {Error & { code?: string }} */ (error);
        if (code === "rate-limited") element("problem").textContent = message;
      }
      if (isConnected) render();
    });
  }

  function submit() {
    const text = input.value.trim();
    const { length } = [...text];
    const problem = length > MAX_LENGTH ? `A message can have ${MAX_LENGTH} characters. This one has ${length}.` : "";
    element("problem").textContent = problem;
    input.setAttribute("aria-invalid", String(problem !== ""));
    if (problem || length === 0) return;

    input.value = "";
    saidTypingAt = 0;
    const entry = /** @type {Entry} */ ({
      key: makeUuid(),
      id: 0,
      isOwn: true,
      text,
      at: NOT_YET,
      status: "sending",
    });
    entries.set(entry.key, entry);
    send(entry);
    scrollToEnd();
  }

  input.addEventListener("input", () => {
    if (!isConnected || input.value.trim() === "" || Date.now() - saidTypingAt < SAY_TYPING_EVERY) return;
    saidTypingAt = Date.now();
    note({ isTyping: true });
  });
  document.querySelector("form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });
  document.addEventListener("keydown", (event) => {
    // While an input method composes, Enter and Escape belong to it.
    if (event.isComposing) return;
    if (event.key === "Escape") tell({ type: "close" });
    if (event.key === "Enter" && !event.shiftKey && event.target === input) {
      event.preventDefault();
      submit();
    }
  });

  // What is seen

  const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

  // A notice, or a longer text that is being written, takes room from below: the newest message stays in sight.
  if (typeof ResizeObserver === "function") new ResizeObserver(() => isAtEnd() && scrollToEnd()).observe(log);

  function render() {
    const wasAtEnd = isAtEnd();
    const ordered = [...entries.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    ordered.forEach((entry, index) => {
      const item = items.get(entry.key) ?? makeItem(entry);
      describe(item, entry);
      if (log.children[index] !== item) log.insertBefore(item, log.children[index] ?? null);
    });
    element("welcome").hidden = entries.size > 0;
    element("typing").textContent = isTyping ? "The agent is typing" : "";
    if (wasAtEnd) scrollToEnd();
  }

  /** @param {Entry} entry */
  function makeItem({ key, isOwn, text }) {
    const item = document.createElement("article");
    const body = Object.assign(document.createElement("div"), { className: "text", dir: "auto" });
    body.append(...splitLinks(text));
    item.append(body, Object.assign(document.createElement("p"), { className: "meta" }));
    item.classList.toggle("own", isOwn);
    items.set(key, item);
    return item;
  }

  /**
   * Writes the line below a message, when it says something new.
   *
   * @param {HTMLElement} item
   * @param {Entry} entry
   */
  function describe(item, entry) {
    const status = entry.status === "sent" && entry.isOwn && entry.id <= seenId ? "seen" : entry.status;
    if (item.dataset.status === status) return;
    item.dataset.status = status;
    item.classList.toggle("failed", entry.status === "failed");
    const meta = /** @type {HTMLElement} */ (item.lastElementChild);
    if (entry.status === "sending") {
      meta.textContent = "Sending…";
    } else if (entry.status === "failed") {
      const again = Object.assign(document.createElement("button"), { type: "button", textContent: "Try again" });
      again.addEventListener("click", () => send(entry));
      meta.replaceChildren("Not sent. ", again);
    } else {
      const state = status === "seen" ? "Seen" : "Sent";
      meta.textContent = entry.isOwn ? `You, ${showTime(entry.at)} · ${state}` : `Agent, ${showTime(entry.at)}`;
    }
  }

  /**
   * The text as nodes: web addresses become links, everything else stays text.
   *
   * @param {string} text
   */
  function splitLinks(text) {
    return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,:;!?'()[\]{}])/i).map((part, index) => {
      if (index % 2 === 0 || !isAddress(part)) return part;
      return Object.assign(document.createElement("a"), {
        href: part,
        textContent: part,
        target: "_blank",
        rel: "noopener noreferrer",
      });
    });
  }

  /** @param {string} at */
  function showTime(at) {
    const date = new Date(at);
    const isToday = date.toDateString() === new Date().toDateString();
    return date.toLocaleString("en-GB", {
      hour: "2-digit",
      minute: "2-digit",
      ...(!isToday && { day: "numeric", month: "short" }),
    });
  }

  /** Unique, not secret: browsers withhold crypto.randomUUID() from pages without https. */
  function makeUuid() {
    return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
  }

  /** @param {string} text */
  function isAddress(text) {
    try {
      return Boolean(new URL(text));
    } catch {
      return false;
    }
  }

  function focusInput() {
    // On a touch screen the keyboard would cover what the customer wants to read first.
    if (!matchMedia("(pointer: coarse)").matches) input.focus();
  }

  function scrollToEnd() {
    log.scrollTop = log.scrollHeight;
  }

  /** @param {"loading" | "refused" | "chat"} name */
  function show(name) {
    for (const part of ["loading", "refused", "chat"]) element(part).hidden = part !== name;
  }

  /** @param {string} id */
  function element(id) {
    return /** @type {HTMLElement} */ (document.getElementById(id));
  }

  tell({ type: "ready" });
})();
