import Link from "next/link";
import { formatMomentDate } from "@/lib/portal/format";
import { formatReference, type InsuranceClaimSummary } from "@/lib/portal/insurance-claims";
import { PRODUCT_NAMES } from "@/lib/portal/policies";
import { ProductIcon } from "./product-icon";
import { InsuranceClaimStatus } from "./status";

export function InsuranceClaimList({ insuranceClaims }: { insuranceClaims: InsuranceClaimSummary[] }) {
  return (
    <ul className="divide-y divide-line border-y border-line">
      {insuranceClaims.map((insuranceClaim) => (
        <li key={insuranceClaim.number}>
          <Link
            href={`/portal/claims/${formatReference(insuranceClaim)}`}
            className="row grid-cols-[auto_1fr] sm:grid-cols-[auto_1fr_auto]"
          >
            <span className="row-icon">
              <ProductIcon product={insuranceClaim.policy.product} />
            </span>
            <span className="min-w-0">
              <span className="row-title block font-medium">{insuranceClaim.title}</span>
              {insuranceClaim.latest && (
                <span className="block max-w-[60ch] text-quiet">{insuranceClaim.latest.note}</span>
              )}
              <span className="mt-1 block text-sm text-quiet tabular-nums">
                {formatReference(insuranceClaim)} · {PRODUCT_NAMES[insuranceClaim.policy.product]} ·{" "}
                <span className="whitespace-nowrap">filed {formatMomentDate(insuranceClaim.createdAt)}</span>
              </span>
            </span>
            <span className="col-start-2 sm:col-start-3">
              <InsuranceClaimStatus state={insuranceClaim.state} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
