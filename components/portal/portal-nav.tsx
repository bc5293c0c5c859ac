"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const PAGES = {
  "/portal": "Overview",
  "/portal/policies": "Policies",
  "/portal/claims": "Claims",
  "/portal/account": "Account",
};

export function PortalNav() {
  const path = usePathname();
  const isWithin = (href: string) => href !== "/portal" && path.startsWith(`${href}/`);
  return (
    <nav aria-label="Portal" className="portal-nav">
      <ul className="-mx-2 flex flex-wrap justify-between sm:justify-start sm:gap-4">
        {Object.entries(PAGES).map(([href, name]) => (
          <li key={href}>
            <Link href={href} aria-current={path === href ? "page" : isWithin(href) || undefined} className="nav-link">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
