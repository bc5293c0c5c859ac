"use client";

import { useRouter } from "next/navigation";
import { reportToTimeline } from "./chat-timeline";
import { VerifiedChat, type VerifiedChatProps } from "@/components/chat/verified-chat";

/** Renders the page again when another customer's session begins, or this one ends. */
export function RefreshingChat(props: VerifiedChatProps) {
  const router = useRouter();

  function handleUserChange(uniqueIdentifier: string | null) {
    // Without a session the page leads to sign-in, and what was typed would be lost.
    if (uniqueIdentifier !== null || !hasTypedText()) router.refresh();
  }
  return <VerifiedChat {...props} observe={reportToTimeline} onUserChange={handleUserChange} />;
}

/** Or what was sent without success, or is shown only once. */
export const hasTypedText = () =>
  !!document.querySelector("main :is([aria-invalid], form [role=alert], [data-once])") ||
  [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("main input, main textarea")].some(
    ({ value, defaultValue }) => value !== defaultValue,
  );
