"use client";

import { usePathname } from "next/navigation";
import { startTransition, useEffect, useState } from "react";
import { takeReload } from "./stale-page";

/** Tells that the page was reloaded because it was older than the deployment. */
export function ReloadNotice() {
  const pathname = usePathname();
  const [shownAt, setShownAt] = useState<string | null>(null);

  useEffect(() => {
    if (takeReload()) startTransition(() => setShownAt(pathname));
  }, [pathname]);

  return (
    <div role="status" className="fixed inset-x-4 top-4 z-40 mx-auto max-w-md text-sm print:hidden">
      {shownAt === pathname && (
        <p className="rounded-card border border-line bg-surface px-4 py-3 shadow-float">
          This page was out of date, so we reloaded it. Please try again.
        </p>
      )}
    </div>
  );
}
