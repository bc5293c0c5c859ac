"use client";

import type { ReactNode } from "react";
import { endChat } from "@/lib/widget/session-channel";

type Props = { action: string | ((formData: FormData) => Promise<void>); children: ReactNode };

/** A form that ends this session. The chat ends before the request leaves. */
export function SessionEndingForm({ action, children }: Props) {
  return (
    <form action={action} method={typeof action === "string" ? "post" : undefined} onSubmit={() => endChat()}>
      {children}
    </form>
  );
}
