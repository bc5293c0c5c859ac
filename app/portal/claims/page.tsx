import type { Metadata } from "next";
import Link from "next/link";
import { InsuranceClaimList } from "@/components/portal/insurance-claim-list";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ClaimIcon } from "@/components/ui/icons";
import { PageHeading } from "@/components/ui/page-heading";
import { Pagination } from "@/components/ui/pagination";
import { requireUser } from "@/lib/auth/session";
import { listInsuranceClaims, type InsuranceClaimSummary } from "@/lib/portal/insurance-claims";
import { listPolicies } from "@/lib/portal/policies";

export const metadata: Metadata = { title: "Claims" };

export default async function InsuranceClaimsPage({ searchParams }: PageProps<"/portal/claims">) {
  const user = await requireUser();
  const { open, settled, page, pages } = await listInsuranceClaims(user, (await searchParams).page);
  const fileOne = (
    <Link href="/portal/claims/new" className={buttonClass("primary")}>
      File a claim
    </Link>
  );
  if (open.length + settled.length === 0) {
    const isInsured = (await listPolicies(user)).length > 0;
    return (
      <>
        <PageHeading title="Your claims">What happened, and what comes next.</PageHeading>
        <EmptyState icon={<ClaimIcon />} title="No claims yet" action={isInsured && fileOne}>
          {isInsured
            ? "If something happens, tell us here. It takes about three minutes, and you can follow every step on this page."
            : "Once you are insured with us, you can file a claim here in about three minutes and follow every step."}
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHeading title="Your claims" action={fileOne}>
        What happened, and what comes next.
      </PageHeading>
      <div className="grid gap-12">
        <Group title="Open" insuranceClaims={open} />
        <Group title="Settled" insuranceClaims={settled} />
      </div>
      <Pagination label="Pages of claims" path="/portal/claims" page={page} pages={pages} />
    </>
  );
}

function Group({ title, insuranceClaims }: { title: string; insuranceClaims: InsuranceClaimSummary[] }) {
  if (insuranceClaims.length === 0) return null;
  return (
    <section>
      <h2 className="mb-4">{title}</h2>
      <InsuranceClaimList insuranceClaims={insuranceClaims} />
    </section>
  );
}
