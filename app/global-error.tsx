"use client";

import { Problem } from "@/components/portal/problem";
import { ClientTextProvider } from "@/components/ui/client-text";
import en from "@/messages/en.json";
import "./globals.css";

/** Without the layout, and so without the language of the request. */
export default function GlobalErrorPage(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="page pt-16 pb-28">
          <ClientTextProvider value={en.client}>
            <Problem {...props} />
          </ClientTextProvider>
        </main>
      </body>
    </html>
  );
}
