// The chat frame. It waits for the widget script to send the identity, and keeps the token only in memory.
(() => {
  "use strict";

  const MAX_LENGTH = 2000;
  const POLL_INTERVAL = 5000;
  /** While there is no conversation. */
  const SLOW_POLL_INTERVAL = 20_000;
  const RETRY_INTERVAL = 2000;
  const TYPING_INTERVAL = 2500;
  const REQUEST_TIMEOUT = 10_000;
  /** The server ends a stream after 50 seconds: much shorter and longer ones are faulty. */
  const MIN_STREAM_TIME = 1000;
  const MAX_STREAM_TIME = 60_000;

  const texts = JSON.parse(document.documentElement.dataset.texts);
  const page = new URLSearchParams(location.search).get("page") ?? "";
  if (window.parent === window || !isUrl(page)) {
    element("loading-note").textContent = texts.withoutPage;
    return;
  }

  let identity;
  let source = { title: "", uri: "" };
  let isVisible = false;
  let isTyping = false;
  let isConnected = false;
  let isIdentified = false;
  /** The server's time of the last response. */
  let since = "";
  /** The server refused a stream until then. */
  let streamAllowedAt = 0;
  /** Ends the current pause, or a stream that is no longer watched. */
  let interrupt = () => {};
  let restartStream = wake;
  let isWakeRequested = false;
  let seenId = 0;
  let unread = 0;
  let typingSentAt = 0;
  /** One request at a time keeps the order of messages. */
  let queue = Promise.resolve();
  const entries = new Map();
  const items = new Map();
  const log = element("log");
  const input = element("message");

  class RefusedError extends Error {}

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

  function notifyPage(message) {
    window.parent.postMessage(message, page);
  }

  async function request(path, options) {
    // Missing in older browsers.
    const signal = AbortSignal.timeout?.(REQUEST_TIMEOUT);
    return (await send(path, { ...options, signal })).json();
  }

  async function send(path, options) {
    const { apiKey, uniqueIdentifier, identityToken } = identity;
    // Encoded, because headers cannot contain malformed values: the server reports what is wrong with them.
    const headers = new Headers({
      "Content-Type": "application/json",
      "X-Glassix-Api-Key": encodeURIComponent(apiKey),
    });
    if (identityToken) headers.set("Authorization", `Bearer ${encodeURIComponent(identityToken)}`);
    if (uniqueIdentifier) headers.set("X-Glassix-Unique-Identifier", encodeURIComponent(uniqueIdentifier));
    const response = await fetch(`/sandbox/api/${path}`, { ...options, headers, cache: "no-store" });
    if (response.ok) return response;
    const body = await response.json().catch(() => ({}));
    if (response.status === 401) {
      showRefusal({ reason: body.error, isSpinning: body.isSpinning });
      throw new RefusedError();
    }
    const retryAfter = Math.min(Number(response.headers.get("Retry-After")) || 0, 60) * 1000;
    throw Object.assign(new Error(body.error), { code: body.code, retryAfter });
  }

  async function connect() {
    try {
      const { customer, ...conversation } = await request("connect", { method: "POST" });
      if (customer.kind === "refused") return showRefusal(customer);
      isConnected = true;
      isIdentified = customer.kind === "identified";
      const who = customer.firstName ? "named" : "verified";
      write("who", isIdentified ? who : "anonymous", { name: customer.firstName });
      write("welcome", isIdentified ? "welcomeIdentified" : "welcomeAnonymous");
      if (identity.draft?.owner === findDraftOwner()) {
        input.value = identity.draft.text;
        saveDraft();
      }
      show("chat");
      receive(conversation);
      notifyPage({ type: "connected" });
      if (isVisible) focusInput();
      void listen();
    } catch (error) {
      if (error instanceof RefusedError) return;
      write("loading-note", "unavailable");
      setTimeout(connect, Math.max(3000, error.retryAfter ?? 0));
    }
  }

  function showRefusal({ reason, isSpinning }) {
    isConnected = false;
    wake();
    notifyPage({ type: "unread", count: 0 });
    element("who").textContent = "";
    log.replaceChildren();
    entries.clear();
    const place = isSpinning ? "loading-note" : "refusal";
    write(place, isSpinning ? "spinning" : "refused", { reason });
    console.warn(`Glassix sandbox: ${element(place).textContent}`);
    show(isSpinning ? "loading" : "refused");
  }

  const isWatched = () => isVisible && document.visibilityState === "visible";

  /** Streams while the chat is watched, and polls otherwise. */
  async function listen() {
    while (isConnected) {
      isWakeRequested = false;
      let delay = entries.size > 0 || isTyping || isWatched() ? POLL_INTERVAL : SLOW_POLL_INTERVAL;
      try {
        // An anonymous visitor has no conversation before the first message.
        if (isWatched() && (isIdentified || entries.size > 0) && Date.now() >= streamAllowedAt) {
          const start = Date.now();
          const wasStreamed = await stream();
          delay = !wasStreamed || Date.now() - start >= MIN_STREAM_TIME ? 0 : RETRY_INTERVAL;
        } else if (since) {
          receive(await request(`messages?since=${encodeURIComponent(since)}`), true);
        }
        element("connection").textContent = "";
        if (isTyping) delay = Math.min(delay, 1000);
      } catch (error) {
        if (error instanceof RefusedError) return;
        write("connection", "disconnected");
        delay = Math.max(RETRY_INTERVAL, error.retryAfter ?? 0);
      }
      if (delay > 0 && !isWakeRequested) await pause(delay);
    }
  }

  /** Returns false if the server refuses a stream. */
  async function stream() {
    const abort = new AbortController();
    interrupt = () => (isConnected && isWatched()) || abort.abort();
    restartStream = () => {
      isWakeRequested = true;
      abort.abort();
    };
    const timer = setTimeout(() => abort.abort(), MAX_STREAM_TIME);
    try {
      const { body } = await send(`messages/stream?since=${encodeURIComponent(since)}`, { signal: abort.signal });
      const reader = body.getReader();
      const decoder = new TextDecoder();
      let text = "";
      for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
        element("connection").textContent = "";
        text += decoder.decode(value, { stream: true });
        const events = text.split("\n\n");
        text = events.pop();
        for (const event of events) if (event.startsWith("data: ")) receive(JSON.parse(event.slice(6)), true);
      }
      return true;
    } catch (error) {
      if (abort.signal.aborted) return true;
      if (!error.retryAfter) throw error;
      streamAllowedAt = Date.now() + error.retryAfter;
      return false;
    } finally {
      clearTimeout(timer);
      restartStream = wake;
    }
  }

  function pause(delay) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  function wake() {
    isWakeRequested = true;
    interrupt();
  }

  document.addEventListener("visibilitychange", () => wake());
  window.addEventListener("online", () => wake());

  function receive(conversation, isNew = false) {
    ({ isTyping, seenId, unread, now: since } = conversation);
    let isAnswered = false;
    for (const { id, clientId, author, text, at } of conversation.messages) {
      const key = author === "Client" && clientId ? clientId : String(id);
      isAnswered ||= isNew && author === "User" && !entries.has(key);
      entries.set(key, { key, id, isOwn: author === "Client", text, at, status: "sent" });
    }
    if (conversation.hasEarlier) element("earlier").hidden = false;
    element("closed").hidden = !conversation.isClosed;
    if (unread > 0 && isWatched()) {
      unread = 0;
      sendPresence({ seenId: Math.max(...[...entries.values()].map(({ id }) => id)) });
    }
    notifyPage({ type: "unread", count: unread });
    render();
    if (isAnswered) notifyPage({ type: "newMessage" });
  }

  function sendPresence(presence) {
    request("presence", { method: "POST", body: JSON.stringify(presence) }).catch(() => {});
  }

  function sendMessage(entry) {
    entry.status = "sending";
    render();
    queue = queue.then(async () => {
      try {
        const body = JSON.stringify({ clientId: entry.key, text: entry.text, source, snippetId: identity.snippetId });
        const { message, openedTicketId } = await request("messages", { method: "POST", body });
        entries.set(entry.key, { ...entry, id: message.id, text: message.text, at: message.at, status: "sent" });
        element("closed").hidden = true;
        if (input.getAttribute("aria-invalid") !== "true") element("problem").textContent = "";
        if (openedTicketId !== null) {
          notifyPage({ type: "newTicket", nextTicketId: openedTicketId });
          // This response sets the cookie of a new visitor.
          restartStream();
        }
      } catch (error) {
        // It may have arrived. The key keeps a retry from being stored twice.
        entry.status = "failed";
        if (error.code === "rate-limited") write("problem", "tooMany", { seconds: error.retryAfter / 1000 });
      }
      if (isConnected) render();
    });
  }

  function submit() {
    const text = input.value.trim();
    const { length } = [...text];
    const isTooLong = length > MAX_LENGTH;
    if (isTooLong) write("problem", "tooLong", { most: MAX_LENGTH, length });
    else element("problem").textContent = "";
    input.setAttribute("aria-invalid", String(isTooLong));
    if (isTooLong || length === 0) return;

    input.value = "";
    saveDraft();
    typingSentAt = 0;
    // The time sorts unsent messages last.
    const entry = { key: makeUuid(), id: 0, isOwn: true, text, at: "9999", status: "sending" };
    entries.set(entry.key, entry);
    sendMessage(entry);
    scrollToEnd();
  }

  const findDraftOwner = () => (isIdentified ? identity.uniqueIdentifier : "anonymous");

  function saveDraft() {
    notifyPage({ type: "draft", draft: { owner: findDraftOwner(), text: input.value } });
  }

  input.addEventListener("input", () => {
    saveDraft();
    if (!isConnected || input.value.trim() === "" || Date.now() - typingSentAt < TYPING_INTERVAL) return;
    typingSentAt = Date.now();
    sendPresence({ isTyping: true });
  });
  document.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") notifyPage({ type: "close" });
    if (event.key === "Enter" && !event.shiftKey && event.target === input) {
      event.preventDefault();
      submit();
    }
  });

  const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

  if (typeof ResizeObserver === "function") new ResizeObserver(() => isAtEnd() && scrollToEnd()).observe(log);

  function render() {
    const wasAtEnd = isAtEnd();
    const ordered = [...entries.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    ordered.forEach((entry, index) => {
      const item = items.get(entry.key) ?? makeItem(entry);
      renderStatus(item, entry);
      if (log.children[index] !== item) log.insertBefore(item, log.children[index] ?? null);
    });
    element("welcome").hidden = entries.size > 0;
    element("typing").textContent = isTyping ? texts.typing : "";
    if (wasAtEnd) scrollToEnd();
  }

  function makeItem({ key, isOwn, text }) {
    const item = make("article", { className: isOwn ? "own" : "" });
    const body = make("div", { className: "text", dir: "auto" });
    body.append(...splitLinks(text));
    item.append(body, make("p", { className: "meta" }));
    items.set(key, item);
    return item;
  }

  function renderStatus(item, entry) {
    const status = entry.status === "sent" && entry.isOwn && entry.id <= seenId ? "seen" : entry.status;
    if (item.dataset.status === status) return;
    item.dataset.status = status;
    item.classList.toggle("failed", status === "failed");
    const meta = item.lastElementChild;
    if (status === "sending") {
      meta.textContent = texts.sending;
    } else if (status === "failed") {
      const retry = make("button", { type: "button", textContent: texts.retry });
      retry.addEventListener("click", () => sendMessage(entry));
      meta.replaceChildren(`${texts.notSent} `, retry);
    } else {
      meta.replaceChildren(...fill(entry.isOwn ? status : "answered", { time: formatTime(entry.at) }));
    }
  }

  /** Turns URLs into links. */
  function splitLinks(text) {
    return text
      .split(/(https?:\/\/[^\s<>"]*[^\s<>".,:;!?'()[\]{}])/i)
      .map((part, index) =>
        index % 2 === 1 && isUrl(part)
          ? make("a", { href: part, textContent: part, target: "_blank", rel: "noopener noreferrer" })
          : part,
      );
  }

  function formatTime(at) {
    const date = new Date(at);
    const isToday = date.toDateString() === new Date().toDateString();
    const day = isToday ? {} : { day: "numeric", month: "short" };
    return date.toLocaleString(texts.culture, { hour: "2-digit", minute: "2-digit", ...day });
  }

  /** Not crypto.randomUUID(): pages without HTTPS do not have it. */
  function makeUuid() {
    return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
  }

  function isUrl(text) {
    try {
      return Boolean(new URL(text));
    } catch {
      return false;
    }
  }

  function focusInput() {
    // On a touch screen, the keyboard would cover the conversation.
    if (!matchMedia("(pointer: coarse)").matches) input.focus();
  }

  function scrollToEnd() {
    log.scrollTop = log.scrollHeight;
  }

  function show(name) {
    for (const part of ["loading", "refused", "chat"]) element(part).hidden = part !== name;
  }

  function write(id, name, values) {
    element(id).replaceChildren(...fill(name, values));
  }

  /** Isolates the values: a name in another script must not reorder the sentence. */
  function fill(name, values) {
    return texts[name]
      .split(/\{(\w+)\}/)
      .map((part, index) => (index % 2 === 1 ? make("bdi", { textContent: values[part] }) : part));
  }

  function make(tag, properties) {
    return Object.assign(document.createElement(tag), properties);
  }

  function element(id) {
    return document.getElementById(id);
  }

  notifyPage({ type: "ready" });
})();
