"use client";

import { unstable_rethrow } from "next/navigation";
import { useActionState, useEffect, useRef, type ReactNode } from "react";
import type { Outcome } from "@/lib/form";
import { useClientText } from "./client-text";

/** What an action did. A new object each time, so that the same sentence is announced again. */
export type Announcement = Outcome & { details?: ReactNode };

type Props = {
  action: (state: Announcement, formData: FormData) => Promise<Announcement>;
  id?: string;
  children?: ReactNode;
};

const INITIAL: Announcement = {};

/** A form of buttons. The pressed one may disappear, so the focus moves to the message, or stays in the form. */
export function AnnouncingForm({ action, id, children }: Props) {
  const { buttonNotSent } = useClientText();
  /** What is shown only once, such as recovery codes, stays when a later request fails. */
  async function send({ details }: Announcement, formData: FormData): Promise<Announcement> {
    try {
      const next = await action({}, formData);
      return next.message?.kind === "problem" ? { details, ...next } : next;
    } catch (error) {
      unstable_rethrow(error);
      return { message: { kind: "problem", text: buttonNotSent }, details };
    }
  }

  const submitted = typeof window === "undefined" ? action : send;
  const [state, dispatch, isPending] = useActionState(submitted, INITIAL);
  const { message, details } = state;
  const status = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (state.message) status.current?.focus();
    else if (state !== INITIAL && document.activeElement === document.body)
      status.current!.closest("form")!.querySelector("button")?.focus();
  }, [state]);
  const look = message ? `mt-3 outline-none ${message.kind === "problem" ? "text-bad" : "text-good"}` : "sr-only";
  return (
    <form id={id} action={dispatch} className="contents">
      <fieldset disabled={isPending} className="contents">
        {children}
      </fieldset>
      <p ref={status} role="status" tabIndex={-1} className={look}>
        {message?.text}
      </p>
      {details}
    </form>
  );
}
