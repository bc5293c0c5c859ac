import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

type Props = { icon: IconName; title: string; children: ReactNode };

export function EmptyState({ icon, title, children }: Props) {
  return (
    <div className="flex flex-col items-start gap-4 border-y border-line py-10 sm:flex-row sm:gap-6">
      <span className="row-icon size-12">
        <Icon name={icon} />
      </span>
      <div>
        <p className="font-serif text-xl font-medium tracking-[-0.01em]">{title}</p>
        <p className="mt-1 text-quiet">{children}</p>
      </div>
    </div>
  );
}
