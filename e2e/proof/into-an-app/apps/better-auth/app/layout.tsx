import type { Metadata } from "next";
import { connection } from "next/server";
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
      <body>{children}</body>
    </html>
  );
}
