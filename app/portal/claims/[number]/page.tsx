import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { InsuranceClaimProgress } from "@/components/portal/insurance-claim-progress";
import { Facts } from "@/components/ui/facts";
import { PageHeading } from "@/components/ui/page-heading";
import { Section } from "@/components/ui/section";
import { requireUser } from "@/lib/auth/session";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import { findInsuranceClaim, findNextStep } from "@/lib/portal/insurance-claims";

type Props = PageProps<"/portal/claims/[number]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { number } = await params;
  const insuranceClaim = await findInsuranceClaim(await requireUser(), number);
  const t = await getTranslations("claim");
  return { title: insuranceClaim ? `${number} ${insuranceClaim.title}` : t("title") };
}

export default async function InsuranceClaimPage({ params }: Props) {
  const { number } = await params;
  const insuranceClaim = await findInsuranceClaim(await requireUser(), number);
  if (!insuranceClaim) notFound();
  const { policy, state, history, createdAt, incidentOn, description, estimatedCents } = insuranceClaim;
  const next = findNextStep(state, history.at(-1)?.at ?? createdAt);
  const t = await getTranslations("claim");
  const nextStep = await getTranslations("nextStep");
  const formats = await getFormats();
  const product = formats.formatProduct(policy.product);
  const steps = history.map(({ state, note, at }) => ({
    title: formats.formatState(state),
    when: formats.formatMoment(at),
    text: formats.formatNote(note),
  }));
  if (next)
    steps.push({
      title: nextStep(`${next.after}.title`),
      when: nextStep(next.isLate ? "overdue" : "due", { day: formats.formatWeekday(next.due) }),
      text: nextStep(`${next.after}.${next.isLate ? "lateText" : "text"}`),
    });

  return (
    <>
      <PageHeading
        title={insuranceClaim.title}
        back={{ href: "/portal/claims", text: (await getTranslations("claims"))("all") }}
      >
        <bdi className="tabular-nums">{number}</bdi> · {product}
      </PageHeading>
      <div className="border-y border-line py-6">
        <InsuranceClaimProgress state={state} />
      </div>
      <div className="mt-10 grid gap-x-16 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <Section title={t("history")}>
          <ol className="mt-6">
            {steps.map(({ title, when, text }, index) => (
              <li key={when + title} className={`timeline-step ${index === history.length ? "timeline-next" : ""}`}>
                <p className="font-medium">{title}</p>
                <p className="text-sm text-quiet tabular-nums">{when}</p>
                <p dir="auto" className="mt-1.5">
                  {text}
                </p>
              </li>
            ))}
          </ol>
          {!next && (
            <p className="mt-8 border-t border-line pt-5 text-quiet">{t(state === "paid" ? "paid" : "declined")}</p>
          )}
        </Section>
        <Section title={t("details")}>
          <Facts
            facts={{
              [t("date")]: formats.formatDate(incidentOn),
              [t("description")]: <bdi>{description}</bdi>,
              [t("estimate")]:
                estimatedCents === null ? (
                  t("noEstimate")
                ) : (
                  <span className="figure text-xl">{formats.formatMoney(estimatedCents)}</span>
                ),
              [t("policy")]: (
                <Link href={`/portal/policies/${policy.number}`}>
                  {product}, <bdi>{policy.insured}</bdi>
                </Link>
              ),
            }}
          />
        </Section>
      </div>
    </>
  );
}
