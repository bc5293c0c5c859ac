import { deleteVendorData, getChatConsent, onChatConsent } from "./consent";
import { createWidgetController, type Observe } from "./controller";
import { manageFocus } from "./focus";
import { requestIdentity } from "./identity";
import { isAttached, noticeOf, type Notice, type Session } from "./machine";
import { watchRequests } from "./requests";
import { createScriptLoader } from "./script";
import { endChat, type ChatSession } from "./session-channel";
import { createSessionWatch } from "./session-watch";

export type ChatOptions = {
  apiKey: string | undefined;
  /** One per language: it may change later (`setSnippetId`). */
  snippetId: string | undefined;
  /** "Require Identity Verification" is on in the workspace. */
  isIdentityRequired?: boolean;
  identityUrl?: string;
  sessionUrl?: string;
  /** In place of `sessionUrl`. Rejects if it cannot tell. Not by POST, which the chat takes for a change of the session. */
  readSession?(signal: AbortSignal): Promise<ChatSession>;
  scriptUrls?: readonly string[];
  /** Default: the nonce of the page's first script. */
  nonce?: string;
  /** Loads nothing from Glassix before `setChatConsent(true)`. Default: no consent is needed. */
  consent?: "ask";
  /** "intent": when the visitor reaches for the launcher. Default: "now" for customers, "idle" for visitors, "intent" if the browser saves data. */
  load?: "now" | "idle" | "intent";
  observe?: Observe;
};

export type Chat = ReturnType<typeof createChat>;

const SCRIPT_URLS = ["com", "net"].map((domain) => `https://cdn.glassix.${domain}/clients/widget.1.2.min.js`);
const READ_DELAY = 300;
const IDLE_DELAY = 5_000;

// On globalThis: fast refresh evaluates this file again, and there must not be a second chat.
const globalForChat = globalThis as { verifiedChat?: Chat };

/** Returns the page's chat. The first call creates it, for as long as the page lives: later options have no effect. */
export function getChat(options: ChatOptions): Chat {
  return (globalForChat.verifiedChat ??= createChat(options));
}

function createChat(options: ChatOptions) {
  const { apiKey, snippetId, identityUrl = "/api/glassix-identity", sessionUrl = "/api/chat-session" } = options;
  const isIdentityRequired = !!options.isIdentityRequired;
  if (!apiKey || !snippetId) throw new Error("The chat needs apiKey and snippetId.");
  const nonce = options.nonce ?? document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";

  const controller = createWidgetController({
    apiKey,
    snippetId,
    isIdentityRequired,
    script: createScriptLoader({ urls: options.scriptUrls ?? SCRIPT_URLS, nonce }),
    requestIdentity: (signal) => requestIdentity(identityUrl, signal),
    onSessionMismatch: refreshSoon,
    observe: options.observe,
  });

  const session = createSessionWatch({
    readSession: options.readSession ?? createSessionReader(sessionUrl),
    onSession(next) {
      current = next;
      update();
    },
  });

  let current: Session = { status: "unknown" };
  const readConsent = () => options.consent !== "ask" || getChatConsent() === true;
  let hasConsent = readConsent();
  if (!hasConsent) deleteVendorData();
  let isLoadingAllowed = false;
  let isWaiting = false;
  let hasAttached = false;
  let isOpenWanted = false;

  function getActive() {
    const state = controller.getState();
    return state.name === "preparing" || state.name === "living" ? state : null;
  }

  const needsNoClient = () => current.status === "unknown" || (isIdentityRequired && current.status === "signed-out");

  function update(): void {
    const hadConsent = hasConsent;
    hasConsent = readConsent();
    if (hasConsent && !hadConsent) isLoadingAllowed = true;
    if (!hasConsent && hadConsent) {
      controller.unload();
      deleteVendorData();
    }
    if (hasConsent && !needsNoClient()) scheduleLoading();
    controller.setSession(needsNoClient() || (hasConsent && isLoadingAllowed) ? current : { status: "unknown" });
    if (isOpenWanted && current.status !== "unknown") open();
    if (current.status === "unknown" && current.isUnavailable) isOpenWanted = false;
  }

  function getNotice(): Notice {
    const state = controller.getState();
    const notice = noticeOf(state);
    if (!hasConsent && getChatConsent() === false) return null;
    if (!hasConsent) return needsNoClient() ? notice : "consent";
    const hasLauncher = isWaiting && (!hasAttached || focus.isOnLauncher());
    return notice ?? (hasLauncher ? "launcher" : null);
  }

  function scheduleLoading(): void {
    const { connection } = navigator as { connection?: { saveData?: boolean } };
    const usual = current.status === "signed-in" ? "now" : "idle";
    const when = options.load ?? (connection?.saveData ? "intent" : usual);
    isLoadingAllowed ||= when === "now";
    if (isLoadingAllowed || isWaiting) return;
    isWaiting = true;
    if (when === "idle") onIdle(load);
  }

  function load(): void {
    if (isLoadingAllowed) return;
    isLoadingAllowed = true;
    update();
  }

  function open(): void {
    load();
    isOpenWanted = current.status === "unknown";
    controller.open();
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  function refreshSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void session.refresh();
    }, READ_DELAY);
  }

  watchRequests({ identityUrl, onSignOut: endChat, onChange: refreshSoon });
  controller.subscribe(() => (hasAttached ||= isAttached(controller.getState())));
  controller.listen();
  const focus = manageFocus(controller);
  onChatConsent(update);
  session.listen();

  return {
    setSession(rendered?: ChatSession | null): void {
      if (rendered) session.setRenderedSession(rendered);
      else void session.refresh();
    },
    /** Replaces a living client, as soon as its chat is closed. */
    setSnippetId: controller.setSnippetId,
    load,
    open,
    /** Call it after each render: moves the focus to the container if the notice that had it has gone. */
    restoreFocus: focus.restore,
    /** A unique identifier, null for a visitor, undefined while that is not known. */
    getUser(): string | null | undefined {
      if (current.status === "signed-in") return current.uniqueIdentifier;
      return current.status === "signed-out" ? null : undefined;
    },
    getNotice,
    isOpening: () => isOpenWanted || (getActive()?.mustOpen ?? false),
    /** Messages since the chat was last open; counts at most one per second. */
    getNewMessages: () => getActive()?.newMessages ?? 0,
    subscribe: controller.subscribe,
  };
}

function onIdle(callback: () => void): void {
  const run = () => window.requestIdleCallback?.(callback, { timeout: IDLE_DELAY }) ?? callback();
  const wait = () => setTimeout(run, IDLE_DELAY);
  if (document.readyState === "complete") wait();
  else window.addEventListener("load", wait, { once: true });
}

function createSessionReader(url: string) {
  let hasReported = false;
  return async function readSession(signal: AbortSignal): Promise<ChatSession> {
    const response = await fetch(url, { cache: "no-store", signal });
    // Not signed in: `{ user: null }`, NextAuth's `{}`, Better Auth's `null`, 401, or a redirect to sign-in.
    if (response.status === 401 || response.redirected) return { user: null };
    if (!response.ok) throw new Error(String(response.status));
    const body = await response.json();
    if (body === null || JSON.stringify(body) === "{}" || body.user === null) return { user: null };
    if (typeof body.user?.uniqueIdentifier === "string") return body;
    if (!hasReported) {
      hasReported = true;
      console.error(`${url} must return { user: { uniqueIdentifier } }, not`, Object.keys(body.user ?? body));
    }
    throw new Error("No session");
  };
}
