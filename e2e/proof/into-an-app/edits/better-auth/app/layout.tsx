import type { Metadata } from "next";
import { connection } from "next/server";
import { VerifiedChat } from "@/components/chat/verified-chat";
import "./globals.css";

export const metadata: Metadata = {
  title: "Alder Health",
  description: "Health plans for everyone.",
};

export default async function RootLayout({ children }: Readonly<{ children: React.ReactNode }>) {
  // Each page must be rendered for its request: it contains the nonce.
  await connection();
  return (
    <html lang="en">
      <body>
        {children}
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
