"use client";

import type { ReactNode } from "react";
import { endChat } from "@/lib/glassix/widget/session-channel";

/**
 * A form that signs out. A plain POST and no server action: it also works in a tab that is older than the deployment.
 * The chat ends before the request leaves.
 */
export function SignOutForm({ children }: { children: ReactNode }) {
  return (
    <form action="/sign-out" method="post" onSubmit={() => endChat()}>
      {children}
    </form>
  );
}
