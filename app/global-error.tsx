"use client";

import { brand } from "@/lib/brand";
import "./globals.css";

/** Replaces the root layout when that fails, so it renders its own document. Every page loads it: keep it small. */
export default function GlobalErrorPage({ retry }: { retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong</title>
        <main className="page pt-16 pb-28">
          <h1>We can&apos;t show this page right now</h1>
          <p className="mt-3 text-lg text-quiet">Try again in a moment, or call {brand.phone.text}.</p>
          <button type="button" onClick={retry} className="button button-primary mt-8">
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
