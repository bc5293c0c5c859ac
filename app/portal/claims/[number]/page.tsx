import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { InsuranceClaimProgress } from "@/components/portal/insurance-claim-progress";
import { Facts } from "@/components/ui/facts";
import { PageHeading } from "@/components/ui/page-heading";
import { Section } from "@/components/ui/section";
import { requireUser } from "@/lib/auth/session";
import { formatDate, formatMoment, formatMoney } from "@/lib/format";
import { findInsuranceClaim, findNextStep, STATE_NAMES } from "@/lib/portal/insurance-claims";
import { PRODUCT_NAMES } from "@/lib/portal/policies";

type Props = PageProps<"/portal/claims/[number]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { number } = await params;
  const insuranceClaim = await findInsuranceClaim(await requireUser(), number);
  return { title: insuranceClaim ? `${number} ${insuranceClaim.title}` : "Claim" };
}

export default async function InsuranceClaimPage({ params }: Props) {
  const { number } = await params;
  const insuranceClaim = await findInsuranceClaim(await requireUser(), number);
  if (!insuranceClaim) notFound();
  const { policy, state, history, createdAt, incidentOn, description, estimatedCents } = insuranceClaim;
  const next = findNextStep(state, history.at(-1)?.at ?? createdAt);
  const steps = history.map(({ state, note, at }) => ({
    title: STATE_NAMES[state],
    when: formatMoment(at),
    text: note,
  }));
  if (next) steps.push({ ...next, title: `Next: ${next.title}` });

  return (
    <>
      <PageHeading title={insuranceClaim.title} back={{ href: "/portal/claims", text: "All claims" }}>
        <span className="tabular-nums">{number}</span> · {PRODUCT_NAMES[policy.product]}
      </PageHeading>
      <div className="border-y border-line py-6">
        <InsuranceClaimProgress state={state} />
      </div>
      <div className="mt-10 grid gap-x-16 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <Section title="What happened, and what comes next">
          <ol className="mt-6">
            {steps.map(({ title, when, text }, index) => (
              <li key={when + title} className={`timeline-step ${index === history.length ? "timeline-next" : ""}`}>
                <p className="font-medium">{title}</p>
                <p className="text-sm text-quiet tabular-nums">{when}</p>
                <p className="mt-1.5">{text}</p>
              </li>
            ))}
          </ol>
          {!next && (
            <p className="mt-8 border-t border-line pt-5 text-quiet">
              {state === "paid"
                ? "This claim is settled. There is nothing more to do."
                : "This claim is closed. If you disagree, tell us in the chat and a colleague will review it."}
            </p>
          )}
        </Section>
        <Section title="What you told us">
          <Facts
            facts={{
              Date: formatDate(incidentOn),
              Description: description,
              "Your estimate":
                estimatedCents === null ? (
                  "None given"
                ) : (
                  <span className="figure text-xl">{formatMoney(estimatedCents)}</span>
                ),
              Policy: (
                <Link href={`/portal/policies/${policy.number}`}>
                  {PRODUCT_NAMES[policy.product]}, {policy.insured}
                </Link>
              ),
            }}
          />
        </Section>
      </div>
    </>
  );
}
