import type { Metadata } from "next";
import { VerifiedChat } from "@/components/chat/verified-chat";
import "./globals.css";

export const metadata: Metadata = {
  title: "ביטוח הגליל",
  description: "ביטוח רכב ודירה",
};

export default function RootLayout({ children }: Readonly<{ children: React.ReactNode }>) {
  return (
    <html lang="he" dir="rtl">
      <body>
        {children}
        <VerifiedChat
          apiKey={process.env.GLASSIX_API_KEY}
          snippetId={process.env.GLASSIX_SNIPPET_ID}
          isIdentityRequired={process.env.GLASSIX_REQUIRE_IDENTITY === "true"}
          texts={{ unavailable: "הצ׳אט אינו זמין כרגע", signIn: "כניסה לצ׳אט" }}
          help={
            <>
              התקשרו אלינו: <a href="tel:+97235550100">03-555-0100</a>
            </>
          }
        />
      </body>
    </html>
  );
}
