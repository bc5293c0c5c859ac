"use client";

import { useActionState, useEffect, useRef, type ReactNode } from "react";

/** What an action did, in one sentence. A new object each time, so that the same sentence is announced again. */
export type Announcement = { text: string; isProblem?: boolean };

type Props = {
  action: (state: Announcement | null, formData: FormData) => Promise<Announcement | null>;
  /** For buttons elsewhere on the page. */
  id?: string;
  children?: ReactNode;
};

/** A form of buttons. The pressed one may disappear, so the focus moves to the message. */
export function AnnouncingForm({ action, id, children }: Props) {
  const [done, dispatch] = useActionState(action, null);
  const status = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (done) status.current?.focus();
  }, [done]);
  const look = done ? `mt-3 outline-none ${done.isProblem ? "text-bad" : "text-good"}` : "sr-only";
  return (
    <form id={id} action={dispatch}>
      {children}
      <p ref={status} role="status" tabIndex={-1} className={look}>
        {done?.text}
      </p>
    </form>
  );
}
