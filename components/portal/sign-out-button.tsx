"use client";

import type { ReactNode } from "react";
import { endChat } from "@/lib/widget/session-channel";

type Props = { action: () => Promise<void>; className?: string; children?: ReactNode };

const QUIET =
  "-mx-2 min-h-11 cursor-pointer px-2 text-sm font-medium whitespace-nowrap underline decoration-line decoration-1 underline-offset-4 hover:decoration-current";

/** Ends a session: this one, or whichever the action ends. */
export function SignOutButton({ action, className = QUIET, children = "Sign out" }: Props) {
  return (
    // The chat goes first, then the session: nobody sees the customer's chat without their session.
    <form action={action} onSubmit={endChat}>
      <button className={className}>{children}</button>
    </form>
  );
}
