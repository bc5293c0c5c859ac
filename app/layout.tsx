import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { Suspense, type ReactNode } from "react";
import { Chat } from "@/components/chat/chat";
import { brand } from "@/lib/portal/brand";
import "./globals.css";

// In the repository, so that a build downloads nothing. next/font sizes the fallback to match: no layout shift.
const geist = localFont({
  src: "./fonts/geist.woff2",
  weight: "100 900",
  variable: "--font-geist",
  adjustFontFallback: "Arial",
});
const newsreader = localFont({
  src: "./fonts/newsreader.woff2",
  weight: "200 800",
  variable: "--font-newsreader",
  adjustFontFallback: "Times New Roman",
});

export const metadata: Metadata = {
  title: { default: brand.name, template: `%s · ${brand.name}` },
  description: "Home, motor, travel and boat insurance from people who keep the light on.",
  // Phones would turn policy numbers into links.
  formatDetection: { telephone: false, email: false, address: false },
};

/** Seconds after which Vercel ends a page or a form. The database is given up earlier (lib/db.ts). */
export const maxDuration = 15;

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fcfaf6" },
    { media: "(prefers-color-scheme: dark)", color: "#07171e" },
  ],
};

/** Reads nothing, so that it stands when the database does not. */
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={`${geist.variable} ${newsreader.variable}`}>
      <body>
        {/* What others add to the body, the chat's widget among it, is not printed: see globals.css. */}
        <div id="portal" className="contents">
          {children}
        </div>
        {/* Here and not in the portal: one chat lives through the whole visit. */}
        <Suspense fallback={null}>
          <Chat />
        </Suspense>
      </body>
    </html>
  );
}
