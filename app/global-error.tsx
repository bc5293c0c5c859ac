"use client";

import { Problem } from "@/components/ui/problem";
import "./globals.css";

/** Replaces the root layout when that fails, so it renders its own document. */
export default function GlobalErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong</title>
        <main className="page pt-16 pb-28">
          <Problem error={error} retry={retry} />
        </main>
      </body>
    </html>
  );
}
