import { createWidgetController } from "@/lib/glassix/widget/controller";
import { requestIdentity } from "@/lib/glassix/widget/identity";
import { createScriptLoader } from "@/lib/glassix/widget/script";
import { attempt, type ChatUser } from "@/lib/glassix/widget/session-channel";
import { createSessionWatch } from "@/lib/glassix/widget/session-watch";

export type ChatConfig = {
  apiKey: string;
  snippetId: string;
  scriptUrls: string[];
  isIdentityRequired: boolean;
};

export type ChatClient = ReturnType<typeof createChatClient>;

function createChatClient({ scriptUrls, ...department }: ChatConfig) {
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";

  const controller = createWidgetController({
    ...department,
    script: createScriptLoader({ urls: scriptUrls, nonce }),
    requestIdentity: (signal) => requestIdentity("/api/glassix-identity", signal),
    onSessionMismatch: () => void session.refresh("refused", true),
    observe: (detail) => attempt(() => window.dispatchEvent(new CustomEvent("portal-chat", { detail }))),
  });

  const session = createSessionWatch({ readSession, onSession: controller.setSession });

  return {
    controller,
    session,
    getUser() {
      const state = controller.getState();
      if (state.name !== "empty") return state.target.uniqueIdentifier;
      return state.notice === "sign-in" ? null : undefined;
    },
    listen(): () => void {
      const stops = [controller.listen(), session.listen()];
      return () => stops.forEach((stop) => stop());
    },
  };
}

async function readSession(signal: AbortSignal): Promise<ChatUser> {
  const response = await fetch("/api/auth/session", { cache: "no-store", signal });
  const body = response.ok ? await response.json() : null;
  if (typeof body?.user?.uniqueIdentifier === "string") return body.user;
  // NextAuth returns `{}` when nobody is signed in. Anything else is invalid.
  if (!body || Object.keys(body).length > 0) throw new Error(String(response.status));
  return null;
}

// On globalThis: fast refresh re-evaluates this file, and there must not be a second chat.
const globalForChat = globalThis as { portalChat?: ChatClient };

export function getChatClient(config: ChatConfig): ChatClient {
  return (globalForChat.portalChat ??= createChatClient(config));
}
