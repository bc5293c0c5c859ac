"use client";

import { unstable_rethrow } from "next/navigation";
import {
  useEffect,
  useEffectEvent,
  useRef,
  useState,
  useSyncExternalStore,
  useTransition,
  type ReactNode,
} from "react";
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
const FAILED = "This didn't work. Check your connection and try again.";

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
  const [isPending, startTransition] = useTransition();
  const ceremony = useRef<AbortController>(null);
  const renewal = useRef<ReturnType<typeof setTimeout>>(undefined);
  const fail = (text: string) => setMessage({ kind: "problem", text });

  async function ask(isAutofill: boolean): Promise<string | undefined> {
    stop();
    const { signal } = (ceremony.current = new AbortController());
    if (isAutofill) renewal.current = setTimeout(offerInField, RENEW_AFTER);
    const { askForPasskey } = await import("./passkey-ceremony");
    const { response, problem } = await askForPasskey(purpose, { isAutofill, signal });
    if (signal.aborted) return;
    if (problem && !isAutofill) fail(problem);
    return response;
  }

  /** @param chosen what the browser returned for a passkey that was chosen in the field */
  async function submit(chosen?: string): Promise<void> {
    setMessage(undefined);
    try {
      const response = chosen ?? (await ask(false));
      if (response) setMessage((await action(response, callbackUrl)).message);
    } catch (error) {
      unstable_rethrow(error);
      fail(FAILED);
    }
    void offerInField();
  }

  async function offerInField(): Promise<void> {
    const response = hasAutofill && (await ask(true).catch(() => null));
    if (response) startTransition(() => submit(response));
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
        className={`button button-${kind} ${hasAutofill ? "w-full" : "justify-self-start"}`}
        disabled={isPending}
        aria-busy={isPending}
        onClick={() => startTransition(() => submit())}
      >
        {label}
      </button>
      <p role="status" className={message?.kind === "done" ? "text-good" : "sr-only"}>
        {message?.kind === "done" && message.text}
      </p>
    </div>
  );
}
