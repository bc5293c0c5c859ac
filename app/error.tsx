"use client";

import { Mark } from "@/components/ui/mark";
import { Problem } from "@/components/ui/problem";
import { brand } from "@/lib/brand";

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <>
      <title>Something went wrong</title>
      <header className="page flex min-h-18 items-center">
        <a href="/" aria-label={`${brand.name}: home`} className="flex min-h-11 items-center gap-2.5">
          <Mark />
          <span className="font-serif text-lg font-semibold tracking-[-0.01em]">{brand.shortName}</span>
        </a>
      </header>
      <main id="content" tabIndex={-1} className="page flex-1 pt-12 pb-28 outline-none sm:pt-20">
        <Problem error={error} retry={retry} />
      </main>
    </>
  );
}
