import type { ReactNode } from "react";
import { Mark } from "@/components/ui/mark";
import { brand } from "@/lib/brand";
import { LanguageSwitch } from "./language-switch";

export function PublicHeader({ children }: { children?: ReactNode }) {
  return (
    <header className="page flex min-h-18 items-center justify-between gap-4">
      <a href="/" aria-label={brand.name} className="flex min-h-11">
        <Mark />
      </a>
      <div className="flex items-center gap-5 sm:gap-6">
        <LanguageSwitch />
        {children}
      </div>
    </header>
  );
}
