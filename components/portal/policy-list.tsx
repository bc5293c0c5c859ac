import { EmptyState } from "@/components/ui/empty-state";
import { Row } from "@/components/ui/row";
import { brand } from "@/lib/brand";
import { formatDate, formatMoney } from "@/lib/format";
import { PRODUCT_NAMES, type PolicySummary } from "@/lib/portal/policies";
import { PhoneLink } from "./phone-link";
import { PolicyStatus } from "./status";

export function PolicyList({ policies }: { policies: PolicySummary[] }) {
  if (policies.length === 0)
    return (
      <EmptyState icon="shield" title="No policies yet">
        Once you are insured with us, your policies and their documents appear here. To get started, or if a policy is
        missing, call <PhoneLink />, {brand.hours}.
      </EmptyState>
    );
  return (
    <ul className="divide-y divide-line border-y border-line">
      {policies.map(({ number, product, insured, premiumCents, startsOn, endsOn }) => (
        <Row
          key={number}
          href={`/portal/policies/${number}`}
          icon={product}
          title={PRODUCT_NAMES[product]}
          end={
            <>
              <span>
                <span className="figure text-xl">{formatMoney(premiumCents)}</span>
                <span className="text-sm text-quiet"> a year</span>
              </span>
              <PolicyStatus startsOn={startsOn} endsOn={endsOn} />
            </>
          }
        >
          <span className="block text-quiet">{insured}</span>
          <span className="row-meta">
            {number} · <span className="whitespace-nowrap">{`until ${formatDate(endsOn)}`}</span>
          </span>
        </Row>
      ))}
    </ul>
  );
}
