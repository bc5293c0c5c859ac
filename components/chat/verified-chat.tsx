"use client";

import { useEffect, useRef, useState, type ReactNode } from "react";
import { getChat, type ChatOptions } from "../../lib/glassix/widget/chat";
import type { Notice } from "../../lib/glassix/widget/machine";
import type { ChatSession } from "../../lib/glassix/widget/session-channel";
import styles from "./verified-chat.module.css";

export type VerifiedChatProps = ChatOptions & {
  /** Shown when chat is unavailable: how else to get help. */
  help: ReactNode;
  signInUrl?: string;
  unavailableText?: string;
  signInText?: string;
  /** The session that the server rendered this page for. Without it, the browser reads it, and a layout stays static. */
  session?: ChatSession | null;
  /** Called when another customer signs in, or the page's customer signs out (null): refresh the page. */
  onUserChange?(uniqueIdentifier: string | null): void;
};

/** The page's one chat: render it once, in the root layout. Its colours are CSS variables (verified-chat.module.css). */
export function VerifiedChat(props: VerifiedChatProps) {
  const { help, session, signInUrl = "/login" } = props;
  const { unavailableText = "Chat is unavailable", signInText = "Sign in to chat" } = props;
  const [notice, setNotice] = useState<Notice>(null);
  const latest = useRef(props);

  useEffect(() => {
    latest.current = props;
  });

  const json = JSON.stringify(session);
  useEffect(() => {
    const { session } = latest.current;
    // An error in the chat does not break the page.
    try {
      const chat = getChat(latest.current);
      let shown = session ? (session.user?.uniqueIdentifier.toLowerCase() ?? null) : undefined;
      const follow = () => {
        setNotice(chat.getNotice());
        const user = chat.getUser();
        if (user === undefined || user === shown) return;
        const isKnown = shown !== undefined;
        shown = user;
        if (isKnown) latest.current.onUserChange?.(user);
      };
      const unsubscribe = chat.subscribe(follow);
      chat.setSession(session);
      return unsubscribe;
    } catch (error) {
      console.error(error);
      queueMicrotask(() => setNotice("unavailable"));
      return undefined;
    }
  }, [json]);

  // Always in the page: screen readers announce changes inside a live region.
  return (
    <div role="status" className={styles.status}>
      {notice === "unavailable" && (
        <div className={styles.notice}>
          <p>{unavailableText}</p>
          {help}
        </div>
      )}
      {notice === "sign-in" && (
        <a className={styles.signIn} href={signInUrl}>
          {signInText}
        </a>
      )}
    </div>
  );
}
