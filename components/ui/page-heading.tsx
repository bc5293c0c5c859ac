import Link from "next/link";
import type { ReactNode } from "react";
import { Icon } from "./icon";

type Props = { title: string; back?: { href: string; text: string }; children?: ReactNode; action?: ReactNode };

export function PageHeading({ title, back, children, action }: Props) {
  return (
    <div className="mb-8 sm:mb-10">
      {back && (
        <Link href={back.href} className="back-link">
          <Icon name="back" className="size-4" /> {back.text}
        </Link>
      )}
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-5">
        <div className="min-w-0">
          <h1 dir="auto">{title}</h1>
          {children && <div className="mt-2 max-w-[60ch] text-lg text-pretty text-quiet">{children}</div>}
        </div>
        {action}
      </div>
    </div>
  );
}
