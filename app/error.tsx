"use client";

import { Problem } from "@/components/portal/problem";
import { brand } from "@/lib/brand";

export default function ErrorPage(props: { error: unknown; retry: () => void }) {
  return (
    <>
      <header className="page flex min-h-18 items-center font-serif text-lg font-semibold">
        <a href="/" className="hover:underline">
          {brand.name}
        </a>
      </header>
      <main id="content" tabIndex={-1} className="page flex-1 pt-12 pb-28 outline-none sm:pt-20">
        <Problem {...props} />
      </main>
    </>
  );
}
