import type { ReactNode } from "react";
import { Footer } from "./footer";
import { PublicHeader } from "./public-header";

export function TextPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <PublicHeader />
      <main id="content" tabIndex={-1} className="page flex-1 pt-8 pb-20 outline-none sm:pt-14">
        <h1 className="mb-6">{title}</h1>
        <div className="grid gap-4">{children}</div>
      </main>
      <Footer />
    </>
  );
}
