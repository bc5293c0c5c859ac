import type { ReactNode } from "react";

type Props = { facts: Record<string, ReactNode>; className?: string };

export function Facts({ facts, className = "gap-4 border-t pt-4" }: Props) {
  return (
    <dl className={`grid border-line ${className}`}>
      {Object.entries(facts).map(([name, value]) => (
        <div key={name}>
          <dt className="text-sm text-quiet">{name}</dt>
          <dd className="whitespace-pre-line tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
