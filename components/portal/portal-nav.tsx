"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const PAGES = [
  { href: "/portal", name: "Overview" },
  { href: "/portal/policies", name: "Policies" },
  { href: "/portal/claims", name: "Claims" },
  { href: "/portal/account", name: "Account" },
];

export function PortalNav() {
  const path = usePathname();
  const isWithin = (href: string) => path === href || (href !== "/portal" && path.startsWith(`${href}/`));
  return (
    <nav aria-label="Portal">
      <ul className="-mx-2 flex flex-wrap justify-between sm:justify-start sm:gap-4">
        {PAGES.map(({ href, name }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={path === href ? "page" : isWithin(href) ? "true" : undefined}
              className="nav-link"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
