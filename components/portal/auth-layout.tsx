import type { ReactNode } from "react";
import { Footer } from "./footer";
import { Harbour } from "./harbour";
import { PublicHeader } from "./public-header";

export function AuthLayout({ title, aside, children }: { title: string; aside: ReactNode; children: ReactNode }) {
  return (
    <div className="grid flex-1 lg:grid-cols-[minmax(0,1fr)_minmax(0,42%)]">
      <div className="flex flex-col">
        <PublicHeader />
        <main id="content" tabIndex={-1} className="page flex-1 pt-8 pb-16 outline-none lg:pt-14">
          <div className="mx-auto max-w-md">
            <h1>{title}</h1>
            <p className="mt-2 mb-8 text-quiet">{aside}</p>
            <div className="grid gap-8">{children}</div>
          </div>
        </main>
        <Footer />
      </div>
      <div className="relative hidden bg-sea lg:block">
        <div className="sticky top-0 h-dvh max-h-full overflow-hidden bg-night">
          <Harbour className="h-full w-full" />
        </div>
      </div>
    </div>
  );
}
