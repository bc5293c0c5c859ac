import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { InsuranceClaimProgress } from "@/components/portal/insurance-claim-progress";
import { InsuranceClaimTimeline } from "@/components/portal/insurance-claim-timeline";
import { PageHeading } from "@/components/ui/page-heading";
import { getUser, requireUser } from "@/lib/auth/session";
import { formatDate, formatMoney } from "@/lib/portal/format";
import { findInsuranceClaim } from "@/lib/portal/insurance-claims";
import { PRODUCT_NAMES } from "@/lib/portal/policies";

type Props = PageProps<"/portal/claims/[number]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { number } = await params;
  const user = await getUser();
  const insuranceClaim = user && (await findInsuranceClaim(user, number));
  return { title: insuranceClaim ? `${number} ${insuranceClaim.title}` : "Claim" };
}

export default async function InsuranceClaimPage({ params }: Props) {
  const { number } = await params;
  const user = await requireUser();
  const insuranceClaim = await findInsuranceClaim(user, number);
  if (!insuranceClaim) notFound();
  const { policy } = insuranceClaim;

  return (
    <>
      <PageHeading title={insuranceClaim.title} back={{ href: "/portal/claims", text: "All claims" }}>
        <span className="tabular-nums">{number}</span> · {PRODUCT_NAMES[policy.product]}
      </PageHeading>
      <div className="border-y border-line py-6">
        <InsuranceClaimProgress state={insuranceClaim.state} />
      </div>
      <div className="mt-10 grid gap-x-16 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <section>
          <h2 className="mb-6">What happened, and what comes next</h2>
          <InsuranceClaimTimeline insuranceClaim={insuranceClaim} />
        </section>
        <section>
          <h2 className="mb-4">What you told us</h2>
          <dl className="grid gap-4 border-t border-line pt-4">
            <div>
              <dt className="text-sm text-quiet">Date</dt>
              <dd className="tabular-nums">{formatDate(insuranceClaim.incidentOn)}</dd>
            </div>
            <div>
              <dt className="text-sm text-quiet">Description</dt>
              <dd className="whitespace-pre-line">{insuranceClaim.description}</dd>
            </div>
            <div>
              <dt className="text-sm text-quiet">Your estimate</dt>
              <dd>
                {insuranceClaim.estimatedCents === null ? (
                  "None given"
                ) : (
                  <span className="figure text-xl">{formatMoney(insuranceClaim.estimatedCents)}</span>
                )}
              </dd>
            </div>
            <div>
              <dt className="text-sm text-quiet">Policy</dt>
              <dd>
                <Link href={`/portal/policies/${policy.number}`} className="link">
                  {PRODUCT_NAMES[policy.product]}, {policy.insured}
                </Link>
              </dd>
            </div>
          </dl>
        </section>
      </div>
    </>
  );
}
