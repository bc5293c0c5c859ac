"use client";

import { useRouter } from "next/navigation";
import { useEffect, useSyncExternalStore } from "react";
import { problemOf } from "@/lib/widget/machine";
import { getChatClient, type ChatClient, type ChatConfig } from "./chat-client";
import { ChatStatus, type Help } from "./chat-status";
import type { SessionUser } from "./session-watch";

type Props = {
  config: ChatConfig;
  help: Help;
  /** Who is signed in, as the server saw it in this very rendering, and for how many milliseconds; null when it could not tell. */
  session: { user: SessionUser; endsIn: number | null } | null;
};

/**
 * The chat in React: mounted once in the root layout and never again, whatever the route. It only says
 * who is signed in and shows what is wrong; everything else is lib/widget.
 */
export function ChatMount({ config, help, session }: Props) {
  const router = useRouter();

  useEffect(() => getChatClient(config).listen(), [config]);

  // Each rendering on the server brings a new `session` object, also when it says the same again.
  useEffect(() => {
    const chat = getChatClient(config);
    if (session) chat.session.tell(session.user, session.endsIn);
    else void chat.session.ask();
    // Signed in or out elsewhere: what this page shows is somebody else's.
    let hasRefreshed = false;
    return chat.subscribe(() => {
      const user = chat.getUser();
      if (hasRefreshed || !session || user === undefined || user === session.user) return;
      hasRefreshed = true;
      router.refresh();
    });
  }, [config, session, router]);

  const problem = useChat(config, (chat) => problemOf(chat.controller.getState()));
  const isSignInNeeded = useChat(config, (chat) => config.isIdentityRequired && chat.getUser() === null);
  return <ChatStatus help={help} problem={problem} isSignInNeeded={isSignInNeeded ?? false} />;
}

function useChat<T>(config: ChatConfig, read: (chat: ChatClient) => T): T | null {
  return useSyncExternalStore(
    (listener) => getChatClient(config).subscribe(listener),
    () => read(getChatClient(config)),
    () => null,
  );
}
