"use client";

import { useTransition } from "react";
import { useClientText } from "@/components/ui/client-text";
import { PhoneLink } from "./phone-link";

export function Problem({ error, retry }: { error: unknown; retry: () => void }) {
  const text = useClientText();
  const [isPending, startTransition] = useTransition();
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  const [beforePhone, afterPhone] = text.errorText.split("{phone}");
  return (
    <>
      <title>{text.errorTitle}</title>
      <h1>{text.errorTitle}</h1>
      <p className="mt-3 mb-8 text-lg text-quiet">
        {beforePhone}
        <PhoneLink />
        {afterPhone}
      </p>
      <button
        className="button button-primary"
        onClick={() => startTransition(retry)}
        disabled={isPending}
        aria-busy={isPending}
      >
        {text.errorRetry}
      </button>
      {digest && <p className="mt-6 text-sm text-quiet">{text.errorNumber.replace("{number}", digest)}</p>}
    </>
  );
}
