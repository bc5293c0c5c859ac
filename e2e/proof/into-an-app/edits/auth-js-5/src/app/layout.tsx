import type { Metadata } from "next";
import { auth } from "@/auth";
import { VerifiedChat } from "@/components/chat/verified-chat";
import { SiteHeader } from "@/components/site-header";
import "./globals.css";

export const metadata: Metadata = {
  title: "Harbor Mutual",
  description: "Life and health insurance.",
};

export default async function RootLayout({ children }: Readonly<{ children: React.ReactNode }>) {
  const session = await auth();
  return (
    <html lang="en">
      <body className="bg-stone-50 font-sans text-stone-900">
        <SiteHeader name={session?.user?.name} />
        <main className="mx-auto max-w-3xl p-8">{children}</main>
        <VerifiedChat
          apiKey={process.env.GLASSIX_API_KEY}
          snippetId={process.env.GLASSIX_SNIPPET_ID}
          isIdentityRequired={process.env.GLASSIX_REQUIRE_IDENTITY === "true"}
          help={
            <>
              Write to <a href="mailto:help@example.com">help@example.com</a>
            </>
          }
        />
      </body>
    </html>
  );
}
