import { notFound } from "next/navigation";
import { CoverList } from "@/components/portal/cover-list";
import { PrintButton } from "@/components/portal/print-button";
import { Facts } from "@/components/ui/facts";
import { Mark } from "@/components/ui/mark";
import { PageHeading } from "@/components/ui/page-heading";
import { requireUser } from "@/lib/auth/session";
import { brand, site } from "@/lib/brand";
import { formatDate, formatMoney, today } from "@/lib/format";
import { findPolicy, PRODUCT_NAMES } from "@/lib/portal/policies";

export const metadata = { title: "Policy schedule" };

export default async function SchedulePage({ params }: PageProps<"/portal/policies/[number]/schedule">) {
  const { number } = await params;
  const user = await requireUser();
  const policy = await findPolicy(user, number);
  if (!policy) notFound();

  const facts = {
    "Policy number": policy.number,
    Policyholder: `${user.firstName} ${user.lastName}`,
    Insured: policy.insured,
    From: `${formatDate(policy.startsOn)}, 00:00`,
    Until: `${formatDate(policy.endsOn)}, 24:00`,
    Premium: `${formatMoney(policy.premiumCents)} a year, including tax`,
    Deductible: `${formatMoney(policy.deductibleCents)} per claim`,
  };

  return (
    <div className="mx-auto max-w-3xl">
      <div className="hidden pb-8 print:block">
        <Mark />
      </div>
      <PageHeading
        title="Policy schedule"
        back={{ href: `/portal/policies/${number}`, text: "Back to the policy" }}
        action={<PrintButton />}
      >
        {PRODUCT_NAMES[policy.product]}
      </PageHeading>
      <article className="rounded-card border border-line bg-surface px-5 py-8 sm:px-12 sm:py-10 print:border-0 print:p-0">
        <Facts facts={facts} className="fact-rows" />
        <h2 className="mt-10 mb-3">What is covered</h2>
        <CoverList covers={policy.covers} />
        <p className="mt-10 text-sm text-quiet">
          Issued on {formatDate(today())} by {brand.name}, {site.address}. Questions: {brand.phone.text}, {brand.hours}.{" "}
          {site.disclaimer}
        </p>
      </article>
    </div>
  );
}
