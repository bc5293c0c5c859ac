import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { Suspense, type ReactNode } from "react";
import { PortalChat } from "@/components/portal/portal-chat";
import { brand, site } from "@/lib/brand";
import { LANGUAGE } from "@/lib/format";
import "./globals.css";

const geist = localFont({ src: "./fonts/geist.woff2", weight: "100 900", variable: "--font-geist" });
const newsreader = localFont({
  src: "./fonts/newsreader.woff2",
  weight: "200 800",
  variable: "--font-newsreader",
  adjustFontFallback: "Times New Roman",
});

export const metadata: Metadata = {
  title: { default: brand.name, template: `%s · ${brand.name}` },
  description: site.description,
  // Phones would turn policy numbers into links.
  formatDetection: { telephone: false, email: false, address: false },
};

export const maxDuration = 15;

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: site.themeColor.light },
    { media: "(prefers-color-scheme: dark)", color: site.themeColor.dark },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang={LANGUAGE} className={`${geist.variable} ${newsreader.variable}`}>
      <body>
        {/* Only this element is printed: see globals.css. */}
        <div id="portal" className="contents">
          <a href="#content" className="skip-link">
            Skip to content
          </a>
          {children}
        </div>
        {/* In the root layout, so that one chat lasts for the whole visit. */}
        <Suspense fallback={null}>
          <PortalChat />
        </Suspense>
      </body>
    </html>
  );
}
