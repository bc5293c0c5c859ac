"use client";

import { useActionState, useEffect, useRef, type ReactNode } from "react";

/** What an action did, in one sentence. A new object each time, so that the same sentence is announced again. */
export type Announcement = { text: string };

type Props = {
  action: (state: Announcement | null, formData: FormData) => Promise<Announcement | null>;
  children: ReactNode;
};

/** A form of buttons. The pressed one may disappear, so the focus moves to the message. */
export function AnnouncingForm({ action, children }: Props) {
  const [done, dispatch] = useActionState(action, null);
  const status = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (done) status.current?.focus();
  }, [done]);
  return (
    <form action={dispatch}>
      {children}
      <p ref={status} role="status" tabIndex={-1} className={done ? "mt-3 text-good outline-none" : "sr-only"}>
        {done?.text}
      </p>
    </form>
  );
}
