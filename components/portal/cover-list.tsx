import type { ReactNode } from "react";
import { getFormats, getTranslations } from "@/lib/i18n/request";

export async function CoverList({ covers }: { covers: { name: string; limitCents: number }[] }) {
  const t = await getTranslations("policy");
  const { formatCover, formatMoney } = await getFormats();
  const amount = (chunks: ReactNode) => <span className="figure text-lg text-ink">{chunks}</span>;
  return (
    <dl className="divide-y divide-line border-y border-line">
      {covers.map(({ name, limitCents }) => (
        <div key={name} className="flex flex-wrap justify-between gap-x-4 py-3">
          <dt dir="auto">{formatCover(name)}</dt>
          <dd className="text-sm whitespace-nowrap text-quiet">
            {t.rich("limit", { limit: formatMoney(limitCents), amount })}
          </dd>
        </div>
      ))}
    </dl>
  );
}
