import type { ReactNode } from "react";

export function EmptyState({
  icon,
  title,
  heading: Heading = "h2",
  children,
  action,
}: {
  icon: ReactNode;
  title: string;
  heading?: "h2" | "h3";
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-4 border-y border-line py-10 sm:flex-row sm:gap-6">
      <span className="row-icon size-12">{icon}</span>
      <div>
        <Heading className={Heading === "h3" ? "text-lg font-medium" : ""}>{title}</Heading>
        <p className="mt-1 text-quiet">{children}</p>
        {action && <div className="mt-5">{action}</div>}
      </div>
    </div>
  );
}
