"use client";

import { unstable_rethrow } from "next/navigation";
import { useEffect, useEffectEvent, useRef, useState, useSyncExternalStore, useTransition } from "react";
import type { ReactNode } from "react";
import { useClientText } from "@/components/ui/client-text";
import { Notice } from "@/components/ui/notice";
import type { Purpose } from "@/lib/auth/passkey-ceremonies";
import type { FormState, Outcome } from "@/lib/form";

type Props = {
  purpose: Purpose;
  action: (response: string, callbackUrl: string) => Promise<Outcome>;
  callbackUrl?: string;
  label: string;
  kind?: "primary" | "quiet";
  /** Also offers passkeys in the field with `autoComplete="username webauthn"`. */
  hasAutofill?: boolean;
  fallback?: ReactNode;
};

/** Before the challenge expires. */
const RENEW_AFTER = 540_000;

const subscribe = () => () => {};
const isSupported = () => typeof PublicKeyCredential === "function";

/** Invisible until the browser's support is known, so that nothing moves. */
export function PasskeyButton({
  purpose,
  action,
  callbackUrl = "",
  label,
  kind = "quiet",
  hasAutofill = false,
  fallback = null,
}: Props) {
  const isOffered = useSyncExternalStore(subscribe, isSupported, () => null);
  const [message, setMessage] = useState<FormState["message"]>();
  const [isAsking, setIsAsking] = useState(false);
  const [isSending, startTransition] = useTransition();
  const ceremony = useRef<AbortController>(null);
  const renewal = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { passkeyNotSent, ...texts } = useClientText();
  const fail = (text: string) => setMessage({ kind: "problem", text });

  async function ask(isAutofill: boolean): Promise<string | undefined> {
    stop();
    const { signal } = (ceremony.current = new AbortController());
    if (isAutofill) renewal.current = setTimeout(offerInField, RENEW_AFTER);
    const { askForPasskey } = await import("./passkey-ceremony");
    const { response, problem } = await askForPasskey(purpose, { isAutofill, signal, texts });
    if (signal.aborted) return;
    if (problem && !isAutofill) fail(problem);
    return response;
  }

  async function submit(chosenInField?: string): Promise<void> {
    setMessage(undefined);
    setIsAsking(true);
    // Outside the transition: it would hold back the page's other forms while the browser's dialog is open.
    const response = chosenInField ?? (await ask(false).catch(() => fail(passkeyNotSent)));
    setIsAsking(false);
    if (response) startTransition(() => send(response));
    else void offerInField();
  }

  async function send(response: string): Promise<void> {
    try {
      setMessage((await action(response, callbackUrl)).message);
    } catch (error) {
      unstable_rethrow(error);
      fail(passkeyNotSent);
    }
    void offerInField();
  }

  async function offerInField(): Promise<void> {
    const response = hasAutofill && (await ask(true).catch(() => null));
    if (response) void submit(response);
  }

  function stop(): void {
    clearTimeout(renewal.current);
    ceremony.current?.abort();
  }

  const onMount = useEffectEvent(() => {
    if (isSupported()) void offerInField();
  });
  const onUnmount = useEffectEvent(stop);
  useEffect(() => {
    onMount();
    return () => onUnmount();
  }, []);

  if (isOffered === false) return fallback;
  return (
    <div className={`grid gap-4 ${isOffered ? "" : "invisible noscript:hidden"}`}>
      {message?.kind === "problem" && <Notice {...message} />}
      <button
        type="button"
        className={`button button-${kind} justify-self-start`}
        disabled={isAsking || isSending}
        aria-busy={isAsking || isSending}
        onClick={() => void submit()}
      >
        {label}
      </button>
      <p role="status" className={message?.kind === "done" ? "text-good" : "sr-only"}>
        {message?.kind === "done" && message.text}
      </p>
    </div>
  );
}
