"use client";

import { useRouter } from "next/navigation";
import { useEffect, useSyncExternalStore } from "react";
import { noticeOf } from "@/lib/widget/machine";
import type { SessionUser } from "@/lib/widget/session-watch";
import { getChatClient, type ChatConfig } from "./chat-client";
import { ChatStatus, type Help } from "./chat-status";

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
    else void chat.session.ask("rendered without a session");
    // Signed in or out elsewhere: what this page shows is somebody else's.
    let hasRefreshed = false;
    return chat.controller.subscribe(() => {
      const user = chat.getUser();
      if (hasRefreshed || !session || user === undefined || user === (session.user && session.user.uniqueIdentifier))
        return;
      hasRefreshed = true;
      router.refresh();
    });
  }, [config, session, router]);

  const notice = useSyncExternalStore(
    (listener) => getChatClient(config).controller.subscribe(listener),
    () => noticeOf(getChatClient(config).controller.getState()),
    () => null,
  );
  return <ChatStatus help={help} notice={notice} />;
}
