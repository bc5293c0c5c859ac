import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { CoverList } from "@/components/portal/cover-list";
import { PrintButton } from "@/components/portal/print-button";
import { Facts } from "@/components/ui/facts";
import { Mark } from "@/components/ui/mark";
import { PageHeading } from "@/components/ui/page-heading";
import { tags } from "@/components/portal/rich-text";
import { requireUser } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { today } from "@/lib/format";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import { findPolicy } from "@/lib/portal/policies";

export const generateMetadata = async () => ({ title: (await getTranslations("schedule"))("title") });

export default async function SchedulePage({ params }: PageProps<"/portal/policies/[number]/schedule">) {
  const { number } = await params;
  const user = await requireUser();
  const policy = await findPolicy(user, number);
  if (!policy) notFound();

  const t = await getTranslations("schedule");
  const company = await getTranslations("company");
  const { formatDate, formatMoney, formatProduct } = await getFormats();
  const facts: Record<string, ReactNode> = {
    [t("number")]: <bdi>{policy.number}</bdi>,
    [t("holder")]: <bdi>{`${user.firstName} ${user.lastName}`}</bdi>,
    [t("insured")]: <bdi>{policy.insured}</bdi>,
    [t("from")]: t("startOfDay", { date: formatDate(policy.startsOn) }),
    [t("until")]: t("endOfDay", { date: formatDate(policy.endsOn) }),
    [t("premium")]: t("perYear", { premium: formatMoney(policy.premiumCents) }),
    [t("deductible")]: t("perClaim", { deductible: formatMoney(policy.deductibleCents) }),
  };

  return (
    <div className="mx-auto max-w-3xl">
      <div className="hidden pb-8 print:block">
        <Mark />
      </div>
      <PageHeading
        title={t("title")}
        back={{ href: `/portal/policies/${number}`, text: t("back") }}
        action={<PrintButton label={t("print")} />}
      >
        {formatProduct(policy.product)}
      </PageHeading>
      <article className="rounded-card border border-line bg-surface px-5 py-8 sm:px-12 sm:py-10 print:border-0 print:p-0">
        <Facts facts={facts} className="fact-rows" />
        <h2 className="mt-10 mb-3">{t("covers")}</h2>
        <CoverList covers={policy.covers} />
        <p className="mt-10 text-sm text-quiet">
          {t.rich("issued", {
            ...tags,
            date: formatDate(today()),
            company: brand.name,
            address: company("address"),
            hours: company("hours"),
            disclaimer: company("disclaimer"),
          })}
        </p>
      </article>
    </div>
  );
}
