"use client";

import { useSyncExternalStore } from "react";
import type en from "@/messages/en.json";
import { getChatConsent, onChatConsent, setChatConsent } from "@/lib/glassix/widget/consent";

type Props = { texts: (typeof en)["chatChoice"] };

/** Changes the choice that the chat has asked for. */
export function ChatConsent({ texts }: Props) {
  const isAllowed = useSyncExternalStore(onChatConsent, getChatConsent, () => null);
  return (
    <fieldset id="chat-choice" className="mt-2 grid gap-4 noscript:hidden">
      <legend className="mb-3 font-medium">{texts.legend}</legend>
      <div className="flex flex-wrap gap-3">
        {[true, false].map((choice) => (
          <button
            key={String(choice)}
            type="button"
            aria-pressed={isAllowed === choice}
            className="button button-quiet aria-pressed:border-deep aria-pressed:bg-sunk"
            onClick={() => setChatConsent(choice)}
          >
            {choice ? texts.allow : texts.decline}
          </button>
        ))}
      </div>
      <p role="status" className="text-quiet">
        {isAllowed === null ? "" : isAllowed ? texts.allowed : texts.declined}
      </p>
    </fieldset>
  );
}
