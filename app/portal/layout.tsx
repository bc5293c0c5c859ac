import Link from "next/link";
import type { ReactNode } from "react";
import { Footer } from "@/components/portal/footer";
import { LanguageSwitch } from "@/components/portal/language-switch";
import { PortalNav } from "@/components/portal/portal-nav";
import { Mark } from "@/components/ui/mark";
import { requireUser } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { getTranslations } from "@/lib/i18n/request";

/** Every page also calls `requireUser`: layouts are not re-rendered on navigation. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  const t = await getTranslations("portalLayout");
  const pages = {
    "/portal": t("overview"),
    "/portal/policies": t("policies"),
    "/portal/claims": t("claims"),
    "/portal/account": t("account"),
  };
  return (
    <>
      <header className="border-b border-line bg-surface print:hidden">
        <div className="page flex flex-wrap items-center gap-x-4 sm:gap-x-10 lg:flex-nowrap">
          <Link
            href="/portal"
            aria-label={t("home", { company: brand.name })}
            className="flex min-h-14 items-center lg:min-h-18"
          >
            <Mark />
          </Link>
          <PortalNav label={t("nav")} pages={pages} />
          <div className="ms-auto flex min-w-0 flex-1 items-center justify-end gap-4 sm:gap-5">
            <bdi className="truncate text-sm text-quiet max-sm:sr-only">{`${user.firstName} ${user.lastName}`}</bdi>
            <LanguageSwitch customer={user.uniqueIdentifier} />
            <form action="/sign-out" method="post">
              <button data-ends-chat className="header-button">
                {(await getTranslations("layout"))("signOut")}
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
