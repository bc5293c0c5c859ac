import { createWidgetController, type Observe } from "./controller";
import { requestIdentity } from "./identity";
import { noticeOf, type Notice } from "./machine";
import { watchRequests } from "./requests";
import { createScriptLoader } from "./script";
import { endChat, type ChatSession } from "./session-channel";
import { createSessionWatch } from "./session-watch";

export type ChatOptions = {
  apiKey: string | undefined;
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
  observe?: Observe;
};

export type Chat = ReturnType<typeof createChat>;

const SCRIPT_URLS = ["com", "net"].map((domain) => `https://cdn.glassix.${domain}/clients/widget.1.2.min.js`);
const IDENTITY_URL = "/api/glassix-identity";
const SESSION_URL = "/api/chat-session";
const READ_DELAY = 300;

// On globalThis: fast refresh evaluates this file again, and there must not be a second chat.
const globalForChat = globalThis as { verifiedChat?: Chat };

/** Returns the page's chat. The first call creates it, for as long as the page lives: later options have no effect. */
export function getChat(options: ChatOptions): Chat {
  return (globalForChat.verifiedChat ??= createChat(options));
}

function createChat(options: ChatOptions) {
  const { apiKey, snippetId, identityUrl = IDENTITY_URL, sessionUrl = SESSION_URL } = options;
  if (!apiKey || !snippetId) throw new Error("The chat needs apiKey and snippetId.");
  const nonce = options.nonce ?? document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";

  const controller = createWidgetController({
    apiKey,
    snippetId,
    isIdentityRequired: !!options.isIdentityRequired,
    script: createScriptLoader({ urls: options.scriptUrls ?? SCRIPT_URLS, nonce }),
    requestIdentity: (signal) => requestIdentity(identityUrl, signal),
    onSessionMismatch: refreshSoon,
    observe: options.observe,
  });

  const session = createSessionWatch({
    readSession: options.readSession ?? createSessionReader(sessionUrl),
    onSession: controller.setSession,
  });

  let timer: ReturnType<typeof setTimeout> | undefined;
  function refreshSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void session.refresh();
    }, READ_DELAY);
  }

  watchRequests({ identityUrl, onSignOut: endChat, onChange: refreshSoon });
  controller.listen();
  session.listen();

  return {
    setSession(rendered?: ChatSession | null): void {
      if (rendered) session.setRenderedSession(rendered);
      else void session.refresh();
    },
    /** A unique identifier, null for a visitor, undefined while that is not known. */
    getUser(): string | null | undefined {
      const state = controller.getState();
      if ("target" in state) return state.target.uniqueIdentifier;
      return state.notice === "sign-in" ? null : undefined;
    },
    getNotice: (): Notice => noticeOf(controller.getState()),
    subscribe: controller.subscribe,
  };
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
      console.error(
        `The chat needs { user: { uniqueIdentifier, identityVersion?, sessionId? } | null, endsIn? } from ${url}, not`,
        Object.keys(body.user ?? body),
      );
    }
    throw new Error("No session");
  };
}
