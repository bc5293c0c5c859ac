"use client";

import type { ReactNode } from "react";
import { endChat } from "@/lib/glassix/widget/session-channel";

/** Ends the chat before the request leaves. */
export function SignOutForm({ children }: { children: ReactNode }) {
  return (
    <form action="/sign-out" method="post" onSubmit={() => endChat()}>
      {children}
    </form>
  );
}
