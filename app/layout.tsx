import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { Suspense, type ReactNode } from "react";
import { PortalChat } from "@/components/portal/portal-chat";
import { ClientTextProvider } from "@/components/ui/client-text";
import { brand } from "@/lib/brand";
import { LANGUAGES } from "@/lib/i18n/languages";
import { MESSAGES } from "@/lib/i18n/messages";
import { getLanguage, getTranslations } from "@/lib/i18n/request";
import "./globals.css";

const geist = localFont({ src: "./fonts/geist.woff2", weight: "100 900", variable: "--font-geist" });
const newsreader = localFont({
  src: "./fonts/newsreader.woff2",
  weight: "200 800",
  variable: "--font-newsreader",
  adjustFontFallback: "Times New Roman",
});

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("company");
  return {
    title: { default: brand.name, template: `%s · ${brand.name}` },
    description: t("description"),
    // Phones would turn policy numbers into links.
    formatDetection: { telephone: false, email: false, address: false },
  };
}

export const maxDuration = 15;

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: brand.themeColor.light },
    { media: "(prefers-color-scheme: dark)", color: brand.themeColor.dark },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const language = await getLanguage();
  const t = await getTranslations("layout");
  return (
    <html lang={language} dir={LANGUAGES[language].direction} className={`${geist.variable} ${newsreader.variable}`}>
      <body>
        <ClientTextProvider value={MESSAGES[language].client}>
          {/* Only this element is printed: see globals.css. */}
          <div id="portal" className="contents">
            <a href="#content" className="skip-link">
              {t("skipToContent")}
            </a>
            <a href="#chat" className="skip-link">
              {t("skipToChat")}
            </a>
            {children}
          </div>
          {/* In the root layout, so that one chat lasts for the whole visit. It is hydrated on its own. */}
          <Suspense fallback={null}>
            <PortalChat />
          </Suspense>
        </ClientTextProvider>
      </body>
    </html>
  );
}
