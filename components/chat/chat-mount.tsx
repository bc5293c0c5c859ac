"use client";

import { usePathname, useRouter } from "next/navigation";
import { Component, useEffect, useRef, useSyncExternalStore, type ReactNode } from "react";
import { noticeOf } from "@/lib/glassix/widget/machine";
import { attempt, type ChatUser } from "@/lib/glassix/widget/session-channel";
import { getChatClient, type ChatConfig } from "./chat-client";

type Props = {
  config: ChatConfig;
  unavailable: ReactNode;
  signIn: ReactNode;
  session: { user: ChatUser; endsIn: number | null } | null;
};

/** Mounted once in the root layout. An error boundary: an error in the chat does not break the page. */
export class ChatMount extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidCatch() {
    // Nothing follows the session any more, so the client must end (G2).
    attempt(() => getChatClient(this.props.config).controller.setSession({ status: "unknown" }));
  }

  override render() {
    return this.state.hasFailed ? this.props.unavailable : <FollowSession {...this.props} />;
  }
}

function FollowSession({ config, unavailable, signIn, session }: Props) {
  const router = useRouter();
  const pathname = usePathname();

  useEffect(() => getChatClient(config).listen(), [config]);

  useEffect(() => {
    const chat = getChatClient(config);
    if (session) chat.session.setRenderedUser(session.user, session.endsIn);
    else void chat.session.refresh("rendered");
    let hasRefreshed = false;
    return chat.controller.subscribe(() => {
      const user = chat.getUser();
      if (hasRefreshed || !session || user === undefined || user === (session.user && session.user.uniqueIdentifier))
        return;
      // Without a session the page leads to sign-in, and what was typed would be lost.
      if (user === null && hasTypedText()) return;
      hasRefreshed = true;
      router.refresh();
    });
  }, [config, session, router]);

  // A new route does not re-render this layout, but its page may have redirected to sign-in.
  const seen = useRef({ pathname, session });
  useEffect(() => {
    const hasOnlyRouteChanged = seen.current.pathname !== pathname && seen.current.session === session;
    seen.current = { pathname, session };
    if (hasOnlyRouteChanged) void getChatClient(config).session.refresh("route");
  }, [config, pathname, session]);

  const notice = useSyncExternalStore(
    (listener) => getChatClient(config).controller.subscribe(listener),
    () => noticeOf(getChatClient(config).controller.getState()),
    () => null,
  );
  return notice === "unavailable" ? unavailable : notice === "sign-in" ? signIn : null;
}

const hasTypedText = () =>
  [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("main input, main textarea")].some(
    ({ value, defaultValue }) => value !== defaultValue,
  );
