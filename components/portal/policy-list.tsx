import type { ReactNode } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { Row } from "@/components/ui/row";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import type { PolicySummary } from "@/lib/portal/policies";
import { tags } from "./rich-text";
import { PolicyStatus } from "./status";

export async function PolicyList({ policies }: { policies: PolicySummary[] }) {
  const t = await getTranslations("policies");
  const company = await getTranslations("company");
  const { formatDate, formatMoney, formatProduct } = await getFormats();
  const amount = (chunks: ReactNode) => <span className="figure text-xl text-ink">{chunks}</span>;
  if (policies.length === 0)
    return (
      <EmptyState icon="shield" title={t("none")}>
        {t.rich("noneText", { ...tags, hours: company("hours") })}
      </EmptyState>
    );
  return (
    <ul className="divide-y divide-line border-y border-line">
      {policies.map(({ number, product, insured, premiumCents, startsOn, endsOn }) => (
        <Row
          key={number}
          href={`/portal/policies/${number}`}
          icon={product}
          title={formatProduct(product)}
          end={
            <>
              <span className="text-sm text-quiet">
                {t.rich("premium", { premium: formatMoney(premiumCents), amount })}
              </span>
              <PolicyStatus startsOn={startsOn} endsOn={endsOn} />
            </>
          }
        >
          <bdi className="block text-quiet">{insured}</bdi>
          <span className="row-meta">
            <bdi>{number}</bdi> · <span className="whitespace-nowrap">{t("until", { date: formatDate(endsOn) })}</span>
          </span>
        </Row>
      ))}
    </ul>
  );
}
