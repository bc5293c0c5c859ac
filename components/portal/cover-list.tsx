import { formatMoney } from "@/lib/format";

export function CoverList({ covers }: { covers: { name: string; limitCents: number }[] }) {
  return (
    <dl className="divide-y divide-line border-y border-line">
      {covers.map(({ name, limitCents }) => (
        <div key={name} className="flex justify-between gap-4 py-3">
          <dt>{name}</dt>
          <dd className="whitespace-nowrap">
            <span className="text-sm text-quiet">up to</span>{" "}
            <span className="figure text-lg">{formatMoney(limitCents)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
