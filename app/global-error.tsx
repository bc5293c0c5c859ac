"use client";

import { Problem } from "@/components/portal/problem";
import { ClientTextProvider, type ClientTexts } from "@/components/ui/client-text";
import "./globals.css";

// Without the layout there is no language. Not from messages/en.json: every page would load that.
const TEXTS: Partial<ClientTexts> = {
  errorTitle: "We can't show this page right now",
  errorText: "Try again in a moment, or call {phone}.",
  errorRetry: "Try again",
  errorNumber: "{number}",
};

export default function GlobalErrorPage(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="page pt-16 pb-28">
          <ClientTextProvider value={TEXTS as ClientTexts}>
            <Problem {...props} />
          </ClientTextProvider>
        </main>
      </body>
    </html>
  );
}
