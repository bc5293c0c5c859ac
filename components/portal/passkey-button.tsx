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
import type { FormState } from "@/lib/form";

type Message = FormState["message"];

type Props = {
  purpose: Purpose;
  /** Takes the browser's response. */
  action: (response: string, callbackUrl: string) => Promise<Message>;
  callbackUrl?: string;
  label: string;
  kind?: "primary" | "quiet";
  /** Also offers passkeys in the field with `autoComplete="username webauthn"`. */
  hasAutofill?: boolean;
  /** Shown where the browser has no passkeys. */
  fallback?: ReactNode;
  children?: ReactNode;
};

/** Before the challenge expires. */
const RENEW_AFTER = 540_000;
const FAILED = "This didn't work. Check your connection and try again.";

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
  children,
}: Props) {
  const isOffered = useSyncExternalStore(subscribe, isSupported, () => null);
  const [message, setMessage] = useState<Message>();
  const [isPending, startTransition] = useTransition();
  const ceremony = useRef<AbortController>(null);
  const renewal = useRef<ReturnType<typeof setTimeout>>(undefined);

  async function ask(isAutofill: boolean): Promise<string | null> {
    stop();
    const { signal } = (ceremony.current = new AbortController());
    if (isAutofill) renewal.current = setTimeout(offerInField, RENEW_AFTER);
    const result = await import("./passkey-ceremony")
      .then(({ askForPasskey }) => askForPasskey(purpose, { isAutofill, signal }))
      .catch(() => ({ problem: FAILED }));
    if (signal.aborted || result === "cancelled") return null;
    if ("response" in result) return result.response;
    // What fails in the background stays silent: the button remains.
    if (!isAutofill) setMessage({ kind: "problem", text: result.problem });
    return null;
  }

  async function send(response: string): Promise<void> {
    try {
      setMessage(await action(response, callbackUrl));
    } catch (error) {
      unstable_rethrow(error);
      setMessage({ kind: "problem", text: FAILED });
    }
  }

  async function offerInField(): Promise<void> {
    if (!hasAutofill) return;
    const response = await ask(true);
    if (!response) return;
    startTransition(async () => {
      await send(response);
      void offerInField();
    });
  }

  function stop(): void {
    clearTimeout(renewal.current);
    ceremony.current?.abort();
  }

  const onShow = useEffectEvent(() => {
    if (isSupported()) void offerInField();
  });
  const onHide = useEffectEvent(stop);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    onShow();
    // A page that waits for a passkey cannot enter the page cache.
    window.addEventListener("pagehide", () => onHide(), { signal });
    window.addEventListener("pageshow", ({ persisted }) => persisted && onShow(), { signal });
    return () => {
      controller.abort();
      onHide();
    };
  }, []);

  if (isOffered === false) return fallback;
  return (
    <div className={isOffered ? "" : "invisible noscript:hidden"}>
      {children}
      <div className="grid gap-4">
        {message?.kind === "problem" && <Notice {...message} />}
        <button
          type="button"
          className={`button button-${kind} ${hasAutofill ? "w-full" : "justify-self-start"}`}
          disabled={isPending}
          aria-busy={isPending}
          onClick={() =>
            startTransition(async () => {
              setMessage(undefined);
              const response = await ask(false);
              if (response) await send(response);
              void offerInField();
            })
          }
        >
          {label}
        </button>
        <p role="status" className={message?.kind === "done" ? "text-good" : "sr-only"}>
          {message?.kind === "done" && message.text}
        </p>
      </div>
    </div>
  );
}

const subscribe = () => () => {};
