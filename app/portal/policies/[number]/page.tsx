import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { CoverList } from "@/components/portal/cover-list";
import { PhoneLink } from "@/components/portal/phone-link";
import { PolicyStatus } from "@/components/portal/status";
import { Facts } from "@/components/ui/facts";
import { PageHeading } from "@/components/ui/page-heading";
import { Section } from "@/components/ui/section";
import { requireUser } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { formatDate, formatMoney } from "@/lib/format";
import { formatReference, listPolicyInsuranceClaims } from "@/lib/portal/insurance-claims";
import { findPolicy, PRODUCT_NAMES, readTerm } from "@/lib/portal/policies";

type Props = PageProps<"/portal/policies/[number]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const policy = await findPolicy(await requireUser(), (await params).number);
  return { title: policy ? `${PRODUCT_NAMES[policy.product]} ${policy.number}` : "Policy" };
}

export default async function PolicyPage({ params }: Props) {
  const { number } = await params;
  const user = await requireUser();
  const policy = await findPolicy(user, number);
  if (!policy) notFound();
  const { state } = readTerm(policy);
  const insuranceClaims = await listPolicyInsuranceClaims(user, number);

  return (
    <>
      <PageHeading
        title={PRODUCT_NAMES[policy.product]}
        back={{ href: "/portal/policies", text: "All policies" }}
        action={
          state !== "upcoming" && (
            <Link href={`/portal/claims/new?policy=${number}`} className="button button-primary">
              File a claim
            </Link>
          )
        }
      >
        {policy.insured}
      </PageHeading>

      {state === "ending" && (
        <p className="notice mb-8 block max-w-none bg-lamp-soft">
          Your cover ends on <span className="whitespace-nowrap">{formatDate(policy.endsOn)}</span>. To renew it, call{" "}
          <PhoneLink />, {brand.hours}.
        </p>
      )}

      <Facts
        className="grid-cols-2 gap-6 border-y py-6 lg:grid-cols-4"
        facts={{
          "You pay": <Detail value={formatMoney(policy.premiumCents)}>a year</Detail>,
          "Your deductible": <Detail value={formatMoney(policy.deductibleCents)}>per claim</Detail>,
          "Covered until": (
            <Detail value={formatDate(policy.endsOn)}>
              <PolicyStatus {...policy} />
            </Detail>
          ),
          "Policy number": <Detail value={number}>since {formatDate(policy.startsOn)}</Detail>,
        }}
      />

      <div className="mt-10 grid gap-x-16 gap-y-10 lg:grid-cols-[3fr_2fr]">
        <Section title="What is covered">
          <CoverList covers={policy.covers} />
        </Section>
        <div className="grid content-start gap-10">
          <Section title="Documents">
            <Link href={`/portal/policies/${number}/schedule`}>Policy schedule</Link>
            <p className="text-sm text-quiet">Read, print or save as PDF</p>
          </Section>
          <Section
            title="Claims on this policy"
            link={insuranceClaims.length > 0 && { href: "/portal/claims", text: "All claims" }}
          >
            {insuranceClaims.length === 0 && <p className="text-quiet">None yet.</p>}
            <ul className="grid gap-3">
              {insuranceClaims.map((insuranceClaim) => (
                <li key={insuranceClaim.number}>
                  <Link href={`/portal/claims/${formatReference(insuranceClaim)}`}>{insuranceClaim.title}</Link>
                </li>
              ))}
            </ul>
          </Section>
        </div>
      </div>
    </>
  );
}

function Detail({ value, children }: { value: string; children: ReactNode }) {
  return (
    <>
      <span className="figure mt-1 block text-xl xl:text-2xl">{value}</span>
      <span className="text-sm text-quiet">{children}</span>
    </>
  );
}
