"use client";

import { endChat } from "@/lib/widget/session-channel";

export function SignOutButton({ action }: { action: () => Promise<void> }) {
  return (
    // The chat goes first, then the session: nobody sees the customer's chat without their session.
    <form action={action} onSubmit={endChat}>
      <button className="-mx-2 min-h-11 cursor-pointer px-2 text-sm font-medium whitespace-nowrap underline decoration-line decoration-1 underline-offset-4 hover:decoration-current">
        Sign out
      </button>
    </form>
  );
}
