"use client";

import { useTransition } from "react";
import { brand } from "@/lib/brand";
import { PhoneLink } from "./phone-link";

export function Problem({ error, retry }: { error: unknown; retry: () => void }) {
  const [isPending, startTransition] = useTransition();
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <>
      <h1>We can&apos;t show this page right now</h1>
      <p className="mt-3 mb-8 text-lg text-quiet">
        Something went wrong on our side. Your policies and claims are safe. Try again in a moment, or call{" "}
        <PhoneLink />, {brand.hours}.
      </p>
      <button
        className="button button-primary"
        onClick={() => startTransition(retry)}
        disabled={isPending}
        aria-busy={isPending}
      >
        Try again
      </button>
      {digest && <p className="mt-6 text-sm text-quiet">If you call us, please quote this number: {digest}</p>}
    </>
  );
}
