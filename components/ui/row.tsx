import Link from "next/link";
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

type Props = { href: string; icon: IconName; title: string; children: ReactNode; end: ReactNode };

export function Row({ href, icon, title, children, end }: Props) {
  return (
    <li>
      <Link href={href} className="row">
        <span className="row-icon">
          <Icon name={icon} />
        </span>
        <span className="min-w-0">
          <bdi className="row-title">{title}</bdi>
          {children}
        </span>
        <span className="row-end">{end}</span>
      </Link>
    </li>
  );
}
