import { createWidgetController, type WidgetController } from "@/lib/widget/controller";
import { requestIdentity } from "@/lib/widget/identity";
import { loadWidgetScript } from "@/lib/widget/script";
import { createSessionWatch, type SessionUser } from "./session-watch";

export type ChatConfig = {
  apiKey: string;
  snippetId: string;
  scriptUrls: string[];
  /** Required mode: no client without an identity, because the real one would spin for ever. */
  isIdentityRequired: boolean;
};

export type ChatClient = ReturnType<typeof createChatClient>;

/** One page, one chat: the session's watch tells the widget's controller whose chat is wanted. */
function createChatClient(config: ChatConfig) {
  let user: SessionUser | undefined;
  const userListeners = new Set<() => void>();

  const controller: WidgetController = createWidgetController({
    apiKey: config.apiKey,
    snippetId: config.snippetId,
    loadScript: () => loadWidgetScript({ urls: config.scriptUrls }),
    requestIdentity: (signal) => requestIdentity("/api/glassix-identity", signal),
    onSessionDoubt: () => void session.ask(),
  });

  const session = createSessionWatch((next) => {
    user = next;
    if (next) controller.want({ kind: "user", uniqueIdentifier: next });
    else controller.want({ kind: next === null && !config.isIdentityRequired ? "anonymous" : "nobody" });
    userListeners.forEach((listener) => listener());
  });

  return {
    controller,
    session,
    getUser: () => user,
    subscribe(listener: () => void): () => void {
      userListeners.add(listener);
      const unsubscribe = controller.subscribe(listener);
      return () => {
        userListeners.delete(listener);
        unsubscribe();
      };
    },
    /** Follows the page's life until the returned function is called. */
    listen(): () => void {
      const wake = () => controller.wake();
      const online = () => controller.online();
      window.addEventListener("pageshow", wake);
      document.addEventListener("visibilitychange", wake);
      window.addEventListener("online", online);
      const stopWatching = session.listen();
      return () => {
        window.removeEventListener("pageshow", wake);
        document.removeEventListener("visibilitychange", wake);
        window.removeEventListener("online", online);
        stopWatching();
      };
    },
  };
}

// On globalThis: fast refresh evaluates this file again, and there must not be a second chat.
const kept = globalThis as { portalChat?: ChatClient };

/** The page's chat, made at the first call. */
export function getChatClient(config: ChatConfig): ChatClient {
  return (kept.portalChat ??= createChatClient(config));
}
