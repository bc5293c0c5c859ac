import type { Metadata } from "next";
import { VerifiedChat } from "@/components/chat/verified-chat";
import { Providers } from "./providers";
import "./globals.css";

export const metadata: Metadata = {
  title: "Northwind Cover",
  description: "Insurance for the way you live.",
};

export default function RootLayout({ children }: Readonly<{ children: React.ReactNode }>) {
  return (
    <html lang="en">
      <body className="min-h-screen antialiased">
        <Providers>{children}</Providers>
        <VerifiedChat
          apiKey={process.env.GLASSIX_API_KEY}
          snippetId={process.env.GLASSIX_SNIPPET_ID}
          isIdentityRequired={process.env.GLASSIX_REQUIRE_IDENTITY === "true"}
          help={
            <>
              Call us: <a href="tel:+15550100">555 0100</a>
            </>
          }
        />
      </body>
    </html>
  );
}
