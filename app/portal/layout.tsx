import type { ReactNode } from "react";
import { Footer } from "@/components/portal/footer";
import { PortalHeader } from "@/components/portal/portal-header";
import { requireUser } from "@/lib/auth/session";

/** Every page also calls `requireUser`: a layout is not rendered again when the page changes. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  return (
    <>
      <PortalHeader customerName={`${user.firstName} ${user.lastName}`} />
      <main id="content" tabIndex={-1} className="page pt-8 pb-16 outline-none sm:pt-12 sm:pb-20">
        {children}
      </main>
      <Footer />
    </>
  );
}
