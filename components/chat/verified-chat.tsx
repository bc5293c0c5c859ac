"use client";

import { Component, useEffect, useRef, useState, type ReactNode } from "react";
import { getChat, type Chat, type ChatOptions } from "../../lib/glassix/widget/chat";
import { setChatConsent } from "../../lib/glassix/widget/consent";
import { CONTAINER_ID, LAUNCHER_ID } from "../../lib/glassix/widget/focus";
import type { Notice } from "../../lib/glassix/widget/machine";
import type { ChatSession } from "../../lib/glassix/widget/session-channel";
import styles from "./verified-chat.module.css";

const TEXTS = {
  chat: "Chat",
  unavailable: "Chat is unavailable",
  signIn: "Sign in to chat",
  launcher: "Open chat",
  consent: "Our Glassix chat stores data in your browser.",
  allow: "Allow chat",
  decline: "No, thank you",
  newMessage: "New message in the chat",
};

export type ChatTexts = typeof TEXTS;

export type VerifiedChatProps = ChatOptions & {
  /** Shown when chat is unavailable: how else to get help. */
  help: ReactNode;
  signInUrl?: string;
  /** In the page's language. Default: English. */
  texts?: Partial<ChatTexts>;
  /** The session that the server rendered this page for. Without it, the browser reads it, and a layout stays static. */
  session?: ChatSession | null;
  /** Called when another customer signs in, or the page's customer signs out (null): refresh the page. */
  onUserChange?(uniqueIdentifier: string | null): void;
};

/** The page's one chat: render it once, in the root layout. Its colours are CSS variables (verified-chat.module.css). */
export function VerifiedChat(props: VerifiedChatProps) {
  const { help, session, signInUrl = "/login", snippetId } = props;
  const texts = { ...TEXTS, ...props.texts };
  const [notice, setNotice] = useState<Notice>(null);
  const [isOpening, setOpening] = useState(false);
  const [newMessages, setNewMessages] = useState(0);
  const latest = useRef(props);
  const chat = useRef<Chat>(null);

  useEffect(() => {
    latest.current = props;
    chat.current?.restoreFocus();
    if (snippetId) chat.current?.setSnippetId(snippetId);
  });

  const json = JSON.stringify(session);
  useEffect(() => {
    const { session } = latest.current;
    // An error in the chat does not break the page.
    try {
      const current = (chat.current = getChat(latest.current));
      let shown = session ? (session.user?.uniqueIdentifier.toLowerCase() ?? null) : undefined;
      const follow = () => {
        setNotice(current.getNotice());
        setOpening(current.isOpening());
        setNewMessages(current.getNewMessages());
        const user = current.getUser();
        if (user === undefined || user === shown) return;
        const isKnown = shown !== undefined;
        shown = user;
        if (isKnown) latest.current.onUserChange?.(user);
      };
      const unsubscribe = current.subscribe(follow);
      current.setSession(session);
      return unsubscribe;
    } catch (error) {
      console.error(error);
      queueMicrotask(() => setNotice("unavailable"));
      return undefined;
    }
  }, [json]);

  // The status is always in the page: screen readers announce changes inside a live region.
  return (
    <ErrorBoundary>
      <div id={CONTAINER_ID} role="region" aria-label={texts.chat} tabIndex={-1}>
        <div role="status" className={styles.status}>
          {notice === "unavailable" && (
            <div className={styles.notice}>
              <p>{texts.unavailable}</p>
              {help}
            </div>
          )}
          {notice === "sign-in" && (
            <a className={styles.signIn} href={signInUrl}>
              {texts.signIn}
            </a>
          )}
          {notice === "consent" && (
            <div role="group" aria-labelledby="chat-consent" className={styles.notice}>
              <p id="chat-consent">{texts.consent}</p>
              <div className={styles.choice}>
                <button onClick={() => setChatConsent(true)}>{texts.allow}</button>
                <button onClick={() => setChatConsent(false)}>{texts.decline}</button>
              </div>
            </div>
          )}
        </div>
        {notice === "launcher" && (
          <button
            id={LAUNCHER_ID}
            className={styles.launcher}
            aria-label={texts.launcher}
            aria-busy={isOpening}
            onPointerEnter={() => chat.current?.load()}
            onFocus={() => chat.current?.load()}
            // The focus keeps the launcher in the page until the click.
            onPointerDown={({ currentTarget }) => currentTarget.focus()}
            // It goes once it loses the focus.
            onBlur={() => setNotice(chat.current!.getNotice())}
            onClick={() => chat.current?.open()}
          >
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M4 5h16v12h-7l-5 4v-4H4z" />
            </svg>
          </button>
        )}
        <p aria-live="polite" className={styles.announcement}>
          {newMessages > 0 && <span key={newMessages}>{texts.newMessage}</span>}
        </p>
      </div>
    </ErrorBoundary>
  );
}

/** Extensions and translators remove elements that React removes later, which throws. The page must not fail with it. */
class ErrorBoundary extends Component<{ children: ReactNode }> {
  override state = { hasFailed: false };
  static getDerivedStateFromError = () => ({ hasFailed: true });
  override render = () => !this.state.hasFailed && this.props.children;
}
