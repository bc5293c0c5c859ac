"use client";

import { usePathname, useRouter } from "next/navigation";
import { Component, useEffect, useRef, useSyncExternalStore, type ReactNode } from "react";
import { attempt } from "@/lib/glassix/widget/attempt";
import { noticeOf } from "@/lib/glassix/widget/machine";
import type { SessionUser } from "@/lib/glassix/widget/session-watch";
import { getChatClient, type ChatConfig } from "./chat-client";

type Props = {
  config: ChatConfig;
  /** What stands in the chat's place when it is not to be had, and when it needs a sign-in. */
  unavailable: ReactNode;
  signIn: ReactNode;
  /** Who is signed in, as the server saw it in this very rendering, and for how many milliseconds; null when it could not tell. */
  session: { user: SessionUser; endsIn: number | null } | null;
};

/**
 * The chat in React: mounted once in the root layout, whatever the route. It says who is signed in and
 * shows what is wrong; everything else is lib/glassix/widget. Whatever the chat throws, the page stays.
 */
export class ChatMount extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidCatch() {
    // Nobody follows the session any more, so no client may live on.
    attempt(() => getChatClient(this.props.config).controller.setSession({ status: "in-doubt" }));
  }

  override render() {
    return this.state.hasFailed ? this.props.unavailable : <FollowSession {...this.props} />;
  }
}

function FollowSession({ config, unavailable, signIn, session }: Props) {
  const router = useRouter();
  const pathname = usePathname();

  useEffect(() => getChatClient(config).listen(), [config]);

  // Each rendering on the server brings a new `session` object, also when it says the same again.
  useEffect(() => {
    const chat = getChatClient(config);
    if (session) chat.session.tell(session.user, session.endsIn);
    else void chat.session.ask("rendered");
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

  // A new route does not render this layout again. Where it shows that the session has ended, the chat must hear of it.
  const seen = useRef({ pathname, session });
  useEffect(() => {
    const isRouteAlone = seen.current.pathname !== pathname && seen.current.session === session;
    seen.current = { pathname, session };
    if (isRouteAlone) void getChatClient(config).session.ask("route");
  }, [config, pathname, session]);

  const notice = useSyncExternalStore(
    (listener) => getChatClient(config).controller.subscribe(listener),
    () => noticeOf(getChatClient(config).controller.getState()),
    () => null,
  );
  return notice === "unavailable" ? unavailable : notice === "sign-in" ? signIn : null;
}
