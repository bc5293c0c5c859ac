"use client";

import { PublicHeader } from "@/components/portal/public-header";
import { Problem } from "@/components/ui/problem";

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <>
      <title>Something does not answer</title>
      <PublicHeader />
      <main id="content" tabIndex={-1} className="page flex-1 pt-12 pb-28 outline-none sm:pt-20">
        <Problem error={error} retry={retry} />
      </main>
    </>
  );
}
