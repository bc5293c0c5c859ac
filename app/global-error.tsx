"use client";

import { Problem } from "@/components/ui/problem";
import "./globals.css";

/** Takes the place of the root layout when that fails: hence its own document. */
export default function GlobalErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something does not answer</title>
        <main className="page pt-16 pb-28">
          <Problem error={error} retry={retry} />
        </main>
      </body>
    </html>
  );
}
