import { createWidgetController } from "@/lib/glassix/widget/controller";
import { requestIdentity } from "@/lib/glassix/widget/identity";
import { createScriptLoader } from "@/lib/glassix/widget/script";
import { attempt, type SessionUser } from "@/lib/glassix/widget/session-channel";
import { createSessionWatch } from "@/lib/glassix/widget/session-watch";

export type ChatConfig = {
  apiKey: string;
  snippetId: string;
  scriptUrls: string[];
  isIdentityRequired: boolean;
};

export type ChatClient = ReturnType<typeof createChatClient>;

/** The session watch tells the widget's controller who is signed in. */
function createChatClient({ scriptUrls, ...department }: ChatConfig) {
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";

  const controller = createWidgetController({
    ...department,
    script: createScriptLoader({ urls: scriptUrls, nonce }),
    requestIdentity: (signal) => requestIdentity("/api/glassix-identity", signal),
    onSessionDoubt: () => void session.ask("refused", true),
    // For whoever listens in the page: a debugging panel, an error tracker.
    observe: (detail) => attempt(() => window.dispatchEvent(new CustomEvent("portal-chat", { detail }))),
  });

  let user: SessionUser | undefined;
  const session = createSessionWatch({
    readSession,
    onSession(next, because) {
      user = next.status === "signed-in" ? next : next.status === "signed-out" ? null : undefined;
      controller.setSession(next, because);
    },
  });

  return {
    controller,
    session,
    /** The unique identifier of whoever is signed in; null: nobody; undefined: not known. */
    getUser: () => user && user.uniqueIdentifier,
    /** Follows the page's life until the returned function is called. */
    listen(): () => void {
      const stops = [controller.listen(), session.listen()];
      return () => stops.forEach((stop) => stop());
    },
  };
}

async function readSession(signal: AbortSignal): Promise<SessionUser> {
  const response = await fetch("/api/auth/session", { cache: "no-store", signal });
  const body = response.ok ? await response.json() : null;
  if (typeof body?.user?.uniqueIdentifier === "string") return body.user;
  // `{}` is NextAuth's form of "nobody". Anything else is no answer.
  if (!body || Object.keys(body).length > 0) throw new Error(String(response.status));
  return null;
}

// On globalThis: fast refresh evaluates this file again, and there must not be a second chat.
const kept = globalThis as { portalChat?: ChatClient };

export function getChatClient(config: ChatConfig): ChatClient {
  return (kept.portalChat ??= createChatClient(config));
}
