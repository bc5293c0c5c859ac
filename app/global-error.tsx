"use client";

import { Problem } from "@/components/portal/problem";
import "./globals.css";

export default function GlobalErrorPage(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong</title>
        <main className="page pt-16 pb-28">
          <Problem {...props} />
        </main>
      </body>
    </html>
  );
}
