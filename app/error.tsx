"use client";

import { Problem } from "@/components/portal/problem";
import { PublicHeader } from "@/components/portal/public-header";

export default function ErrorPage(props: { error: unknown; retry: () => void }) {
  return (
    <>
      <PublicHeader />
      <main id="content" tabIndex={-1} className="page flex-1 pt-12 pb-28 outline-none sm:pt-20">
        <Problem {...props} />
      </main>
    </>
  );
}
