"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

type Props = { label: string; pages: Record<string, string> };

export function PortalNav({ label, pages }: Props) {
  const path = usePathname();
  const isWithin = (href: string) => href !== "/portal" && path.startsWith(`${href}/`);
  return (
    <nav aria-label={label} className="portal-nav">
      <ul className="-mx-2 flex flex-wrap justify-between sm:justify-start sm:gap-4">
        {Object.entries(pages).map(([href, name]) => (
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
