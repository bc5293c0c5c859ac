"use client";

import { useRouter } from "next/navigation";
import { reportToTimeline } from "./chat-timeline";
import { VerifiedChat, type VerifiedChatProps } from "@/components/chat/verified-chat";

/** Renders the page again when another customer's session begins, or this one ends. */
export function RefreshingChat(props: VerifiedChatProps) {
  const router = useRouter();

  function handleUserChange(uniqueIdentifier: string | null) {
    // Without a session the page leads to sign-in, and what was typed would be lost.
    if (uniqueIdentifier !== null || !hasUnsavedInput()) router.refresh();
  }
  return <VerifiedChat {...props} observe={reportToTimeline} onUserChange={handleUserChange} />;
}

/** Counts failed forms and recovery codes, too: a redirect would lose them. */
export const hasUnsavedInput = () =>
  !!document.querySelector("main :is([aria-invalid], form [role=alert], [data-once])") ||
  [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("main input, main textarea")].some(
    ({ value, defaultValue }) => value !== defaultValue,
  );
