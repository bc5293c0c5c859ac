import type { ReactNode } from "react";
import { brand } from "@/lib/brand";
import { PhoneLink } from "./phone-link";

/** For `t.rich`. What people wrote has a direction of its own: <bdi>, or <strong> for addresses. */
export const tags = {
  bdi: (chunks: ReactNode) => <bdi>{chunks}</bdi>,
  strong: (chunks: ReactNode) => <bdi className="font-bold">{chunks}</bdi>,
  nowrap: (chunks: ReactNode) => <bdi className="whitespace-nowrap">{chunks}</bdi>,
  /** For screen readers only. */
  sr: (chunks: ReactNode) => <span className="sr-only">{chunks}</span>,
  phone: () => <PhoneLink />,
  email: () => (
    <a href={brand.email.href} dir="ltr" className="link">
      {brand.email.text}
    </a>
  ),
};
