import Link from "next/link";
import type { ReactNode } from "react";

type Props = { title: string; link?: { href: string; text: string } | false; className?: string; children: ReactNode };

export function Section({ title, link, className, children }: Props) {
  return (
    <section className={className}>
      <div className="mb-4 flex items-baseline justify-between gap-4">
        <h2>{title}</h2>
        {link && (
          <Link href={link.href} className="link text-sm">
            {link.text}
          </Link>
        )}
      </div>
      {children}
    </section>
  );
}
