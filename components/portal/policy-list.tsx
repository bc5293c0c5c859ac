import Link from "next/link";
import { formatDate, formatMoney } from "@/lib/portal/format";
import { PRODUCT_NAMES, type PolicySummary } from "@/lib/portal/policies";
import { ProductIcon } from "./product-icon";
import { PolicyStatus } from "./status";

export function PolicyList({ policies }: { policies: PolicySummary[] }) {
  return (
    <ul className="divide-y divide-line border-y border-line">
      {policies.map((policy) => (
        <li key={policy.number}>
          <Link
            href={`/portal/policies/${policy.number}`}
            className="row grid-cols-[auto_1fr] sm:grid-cols-[auto_1fr_auto]"
          >
            <span className="row-icon">
              <ProductIcon product={policy.product} />
            </span>
            <span className="min-w-0">
              <span className="row-title block font-medium">{PRODUCT_NAMES[policy.product]}</span>
              <span className="block text-quiet">{policy.insured}</span>
              <span className="mt-1 block text-sm text-quiet tabular-nums">
                {policy.number} · <span className="whitespace-nowrap">{`until ${formatDate(policy.endsOn)}`}</span>
              </span>
            </span>
            <span className="col-start-2 flex items-baseline justify-between gap-4 sm:col-start-3 sm:flex-col sm:items-end sm:gap-1">
              <span>
                <span className="figure text-xl">{formatMoney(policy.premiumCents)}</span>
                <span className="text-sm text-quiet"> a year</span>
              </span>
              <PolicyStatus {...policy} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
