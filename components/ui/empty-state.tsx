import type { ReactNode } from "react";

/** Says what will be here, and how to begin. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon: ReactNode;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-4 border-y border-line py-10 sm:flex-row sm:gap-6">
      <span className="row-icon size-12">{icon}</span>
      <div>
        <h2>{title}</h2>
        <p className="mt-1 text-quiet">{children}</p>
        {action && <div className="mt-5">{action}</div>}
      </div>
    </div>
  );
}
