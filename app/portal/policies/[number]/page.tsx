import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { CoverList } from "@/components/portal/cover-list";
import { tags } from "@/components/portal/rich-text";
import { PolicyStatus } from "@/components/portal/status";
import { Facts } from "@/components/ui/facts";
import { PageHeading } from "@/components/ui/page-heading";
import { Section } from "@/components/ui/section";
import { requireUser } from "@/lib/auth/session";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import { formatReference, listPolicyInsuranceClaims } from "@/lib/portal/insurance-claims";
import { findPolicy, readTerm } from "@/lib/portal/policies";

type Props = PageProps<"/portal/policies/[number]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const policy = await findPolicy(await requireUser(), (await params).number);
  const t = await getTranslations("policy");
  const { formatProduct } = await getFormats();
  return { title: policy ? `${formatProduct(policy.product)} ${policy.number}` : t("title") };
}

export default async function PolicyPage({ params }: Props) {
  const { number } = await params;
  const user = await requireUser();
  const policy = await findPolicy(user, number);
  if (!policy) notFound();
  const { state } = readTerm(policy);
  const insuranceClaims = await listPolicyInsuranceClaims(user, number);
  const t = await getTranslations("policy");
  const company = await getTranslations("company");
  const { formatDate, formatMoney, formatProduct } = await getFormats();

  return (
    <>
      <PageHeading
        title={formatProduct(policy.product)}
        back={{ href: "/portal/policies", text: t("all") }}
        action={
          state !== "upcoming" && (
            <Link href={`/portal/claims/new?policy=${number}`} className="button button-primary">
              {t("file")}
            </Link>
          )
        }
      >
        <bdi>{policy.insured}</bdi>
      </PageHeading>

      {state === "ending" && (
        <p className="notice mb-8 block max-w-none bg-lamp-soft">
          {t.rich("ending", { ...tags, date: formatDate(policy.endsOn), hours: company("hours") })}{" "}
        </p>
      )}

      <Facts
        className="grid-cols-2 gap-6 border-y py-6 lg:grid-cols-4"
        facts={{
          [t("premium")]: <Detail value={formatMoney(policy.premiumCents)}>{t("perYear")}</Detail>,
          [t("deductible")]: <Detail value={formatMoney(policy.deductibleCents)}>{t("perClaim")}</Detail>,
          [t("until")]: (
            <Detail value={formatDate(policy.endsOn)}>
              <PolicyStatus {...policy} />
            </Detail>
          ),
          [t("number")]: <Detail value={number}>{t("since", { date: formatDate(policy.startsOn) })}</Detail>,
        }}
      />

      <div className="mt-10 grid gap-x-16 gap-y-10 lg:grid-cols-[3fr_2fr]">
        <Section title={t("covers")}>
          <CoverList covers={policy.covers} />
        </Section>
        <div className="grid content-start gap-10">
          <Section title={t("documents")}>
            <Link href={`/portal/policies/${number}/schedule`}>{t("schedule")}</Link>
            <p className="text-sm text-quiet">{t("scheduleHint")}</p>
          </Section>
          <Section
            title={t("claims")}
            link={insuranceClaims.length > 0 && { href: "/portal/claims", text: t("allClaims") }}
          >
            {insuranceClaims.length === 0 && <p className="text-quiet">{t("noClaims")}</p>}
            <ul className="grid gap-3">
              {insuranceClaims.map((insuranceClaim) => (
                <li key={insuranceClaim.number}>
                  <Link href={`/portal/claims/${formatReference(insuranceClaim)}`}>
                    <bdi>{insuranceClaim.title}</bdi>
                  </Link>
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
      <bdi className="figure mt-1 block text-xl whitespace-normal xl:text-2xl">{value}</bdi>
      <span className="text-sm text-quiet">{children}</span>
    </>
  );
}
