import Link from "next/link";
import { Mark } from "@/components/ui/mark";
import { SkipLink } from "@/components/ui/skip-link";
import { brand } from "@/lib/brand";
import { PortalNav } from "./portal-nav";
import { SignOutForm } from "./sign-out-form";

export function PortalHeader({ customerName }: { customerName: string }) {
  return (
    <header className="border-b border-line bg-surface print:hidden">
      <SkipLink />
      <div className="page flex flex-wrap items-center gap-x-4 sm:gap-x-10 lg:flex-nowrap">
        <Link
          href="/portal"
          aria-label={`${brand.name}: overview`}
          className="flex min-h-14 items-center gap-2 lg:min-h-18"
        >
          <Mark />
          <span className="font-serif text-lg font-semibold tracking-[-0.01em]">{brand.shortName}</span>
        </Link>
        <div className="order-last -mx-4 w-[calc(100%+2rem)] border-t border-line px-4 sm:-mx-8 sm:w-[calc(100%+4rem)] sm:px-8 lg:order-none lg:mx-0 lg:w-auto lg:border-0 lg:px-0">
          <PortalNav />
        </div>
        <div className="ms-auto flex min-w-0 flex-1 items-center justify-end gap-4 sm:gap-5">
          <span className="truncate text-sm text-quiet">{customerName}</span>
          <SignOutForm>
            <button className="-mx-2 min-h-11 cursor-pointer px-2 text-sm font-medium whitespace-nowrap underline decoration-line decoration-1 underline-offset-4 hover:decoration-current">
              Sign out
            </button>
          </SignOutForm>
        </div>
      </div>
    </header>
  );
}
