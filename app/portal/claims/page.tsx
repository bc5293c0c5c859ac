import Link from "next/link";
import { InsuranceClaimStatus } from "@/components/portal/status";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeading } from "@/components/ui/page-heading";
import { Row } from "@/components/ui/row";
import { Section } from "@/components/ui/section";
import { requireUser } from "@/lib/auth/session";
import { formatMomentDate } from "@/lib/format";
import { formatReference, listInsuranceClaims } from "@/lib/portal/insurance-claims";
import { listPolicies, PRODUCT_NAMES } from "@/lib/portal/policies";

export const metadata = { title: "Claims" };

export default async function InsuranceClaimsPage({ searchParams }: PageProps<"/portal/claims">) {
  const user = await requireUser();
  const { open, settled, page, pages } = await listInsuranceClaims(user, (await searchParams).page);
  const isInsured = (await listPolicies(user)).length > 0;
  return (
    <>
      <PageHeading
        title="Your claims"
        action={
          isInsured && (
            <Link href="/portal/claims/new" className="button button-primary">
              File a claim
            </Link>
          )
        }
      >
        What happened, and what comes next.
      </PageHeading>
      {open.length + settled.length === 0 && (
        <EmptyState icon="flag" title="No claims yet">
          {isInsured
            ? "If something happens, tell us here. It takes about three minutes, and you can follow every step on this page."
            : "Once you are insured with us, you can file a claim here in about three minutes and follow every step."}
        </EmptyState>
      )}
      <div className="grid gap-12">
        {Object.entries({ Open: open, Settled: settled }).map(
          ([name, insuranceClaims]) =>
            insuranceClaims.length > 0 && (
              <Section key={name} title={name}>
                <ul className="divide-y divide-line border-y border-line">
                  {insuranceClaims.map(({ number, title, state, createdAt, policy, latest }) => (
                    <Row
                      key={number}
                      href={`/portal/claims/${formatReference({ number })}`}
                      icon={policy.product}
                      title={title}
                      end={<InsuranceClaimStatus state={state} />}
                    >
                      {latest && <span className="block max-w-[60ch] text-quiet">{latest.note}</span>}
                      <span className="row-meta">
                        {formatReference({ number })} · {PRODUCT_NAMES[policy.product]} ·{" "}
                        <span className="whitespace-nowrap">filed {formatMomentDate(createdAt)}</span>
                      </span>
                    </Row>
                  ))}
                </ul>
              </Section>
            ),
        )}
      </div>
      {pages > 1 && (
        <nav aria-label="Pages of claims" className="mt-6 flex flex-wrap items-center gap-x-6 text-sm">
          <p className="text-quiet tabular-nums">{`Page ${page} of ${pages}`}</p>
          {page > 1 && (
            <Link
              href={page === 2 ? "/portal/claims" : `/portal/claims?page=${page - 1}`}
              rel="prev"
              className="link py-3"
            >
              Previous page
            </Link>
          )}
          {page < pages && (
            <Link href={`/portal/claims?page=${page + 1}`} rel="next" className="link py-3">
              Next page
            </Link>
          )}
        </nav>
      )}
    </>
  );
}
