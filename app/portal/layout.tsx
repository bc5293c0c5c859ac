import Link from "next/link";
import type { ReactNode } from "react";
import { Footer } from "@/components/portal/footer";
import { PortalNav } from "@/components/portal/portal-nav";
import { Mark } from "@/components/ui/mark";
import { requireUser } from "@/lib/auth/session";
import { brand } from "@/lib/brand";

/** Every page also calls `requireUser`: layouts are not re-rendered on navigation. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  return (
    <>
      <header className="border-b border-line bg-surface print:hidden">
        <div className="page flex flex-wrap items-center gap-x-4 sm:gap-x-10 lg:flex-nowrap">
          <Link
            href="/portal"
            aria-label={`${brand.name}: overview`}
            className="flex min-h-14 items-center lg:min-h-18"
          >
            <Mark />
          </Link>
          <PortalNav />
          <div className="ms-auto flex min-w-0 flex-1 items-center justify-end gap-4 sm:gap-5">
            <span className="truncate text-sm text-quiet">{`${user.firstName} ${user.lastName}`}</span>
            <form action="/sign-out" method="post">
              <button
                data-ends-chat
                className="-mx-2 min-h-11 cursor-pointer px-2 text-sm font-medium whitespace-nowrap underline decoration-line decoration-1 underline-offset-4 hover:decoration-current"
              >
                Sign out
              </button>
            </form>
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="page pt-8 pb-16 outline-none sm:pt-12 sm:pb-20">
        {children}
      </main>
      <Footer />
    </>
  );
}
