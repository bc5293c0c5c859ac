"use client";

import { unstable_isUnrecognizedActionError } from "next/navigation";
import { useEffect, useTransition } from "react";
import { brand } from "@/lib/brand";
import { ButtonLabel, buttonClass } from "./button";
import { reloadOnce } from "./stale-page";

/** The content of an error page. */
export function Problem({ error, retry }: { error: unknown; retry: () => void }) {
  const [isPending, startTransition] = useTransition();
  // A form was sent from a page that is older than the deployment.
  const isOutOfDate = unstable_isUnrecognizedActionError(error);
  useEffect(() => {
    if (isOutOfDate) reloadOnce();
  }, [isOutOfDate]);
  if (isOutOfDate) return <OutOfDate />;
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <>
      <h1>We can&apos;t show this page right now</h1>
      <p className="mt-3 text-lg text-quiet">
        Something went wrong on our side. Your policies and claims are safe. Try again in a moment, or call{" "}
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
      {digest && <p className="mt-6 text-sm text-quiet">If you call us, please quote this number: {digest}</p>}
    </>
  );
}

function OutOfDate() {
  return (
    <>
      <h1>This page is out of date</h1>
      <p className="mt-3 text-lg text-quiet">We have released a newer version. Reload the page, then try again.</p>
      <button
        type="button"
        onClick={() => location.replace(location.pathname + location.search)}
        className={`${buttonClass("primary")} mt-8`}
      >
        Reload the page
      </button>
    </>
  );
}
