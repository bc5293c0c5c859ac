import type { ReactNode } from "react";
import { Mark } from "@/components/ui/mark";
import { SkipLink } from "@/components/ui/skip-link";
import { brand } from "@/lib/brand";

export function PublicHeader({ children }: { children?: ReactNode }) {
  return (
    <header>
      <SkipLink />
      <div className="page flex min-h-18 items-center justify-between gap-4">
        <a href="/" aria-label={`${brand.name}: home`} className="flex min-h-11 items-center gap-2.5">
          <Mark />
          <span className="font-serif text-lg font-semibold tracking-[-0.01em]">{brand.shortName}</span>
        </a>
        {children}
      </div>
    </header>
  );
}
