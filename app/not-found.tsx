import { Footer } from "@/components/portal/footer";
import { PublicHeader } from "@/components/portal/public-header";

export const metadata = { title: "Page not found" };

export default function NotFoundPage() {
  return (
    <>
      <PublicHeader />
      <main id="content" tabIndex={-1} className="page flex-1 pt-12 pb-20 outline-none sm:pt-20">
        <h1>Page not found</h1>
        <p className="mt-3 text-lg text-balance text-quiet">
          The address may be mistyped, or the page may have moved. Your policies and claims are not affected.
        </p>
        <a href="/portal" className="button button-primary mt-8">
          Go to your portal
        </a>
      </main>
      <Footer />
    </>
  );
}
