"use client";

import { useTransition } from "react";
import { brand } from "@/lib/portal/brand";
import { ButtonLabel, buttonClass } from "./button";

/** What an error page says. `retry` asks the server again; the page comes back by itself when it answers. */
export function Problem({ error, retry }: { error: unknown; retry: () => void }) {
  const [isPending, startTransition] = useTransition();
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <>
      <h1>We cannot show this page just now</h1>
      <p className="mt-3 text-lg text-quiet">
        Something on our side does not answer. Your policies and claims are safe. Try again in a moment, or call{" "}
        <a href={brand.phone.href} className="link whitespace-nowrap">
          {brand.phone.text}
        </a>
        , {brand.hours}.
      </p>
      <button
        type="button"
        onClick={() => startTransition(retry)}
        disabled={isPending}
        className={`${buttonClass("primary")} mt-8`}
      >
        <ButtonLabel isPending={isPending}>Try again</ButtonLabel>
      </button>
      {digest && (
        <p className="mt-6 text-sm text-quiet">If you call, this number helps us find what went wrong: {digest}</p>
      )}
    </>
  );
}
