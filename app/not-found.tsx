import type { Metadata } from "next";
import { Footer } from "@/components/portal/footer";
import { PublicHeader } from "@/components/portal/public-header";
import { buttonClass } from "@/components/ui/button";

export const metadata: Metadata = { title: "Page not found" };

export default function NotFoundPage() {
  return (
    <>
      <PublicHeader />
      <main id="content" tabIndex={-1} className="page flex-1 pt-12 pb-20 outline-none sm:pt-20">
        <h1>Page not found</h1>
        <p className="mt-3 text-lg text-balance text-quiet">
          The address may be mistyped, or the page may have moved. Your policies and claims are not affected.
        </p>
        <div className="mt-8 flex flex-wrap gap-3">
          <a href="/portal" className={buttonClass("primary")}>
            Go to your portal
          </a>
          <a href="/" className={buttonClass("quiet")}>
            Home page
          </a>
        </div>
      </main>
      <Footer />
    </>
  );
}
