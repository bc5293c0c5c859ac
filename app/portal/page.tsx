import Link from "next/link";
import type { ReactNode } from "react";
import { InsuranceClaimProgress } from "@/components/portal/insurance-claim-progress";
import { PolicyList } from "@/components/portal/policy-list";
import { EmptyState } from "@/components/ui/empty-state";
import { Icon } from "@/components/ui/icon";
import { tags } from "@/components/portal/rich-text";
import { Section } from "@/components/ui/section";
import { requireUser } from "@/lib/auth/session";
import { partOfDay } from "@/lib/format";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import { findNextStep, formatReference, readInsuranceClaimOverview } from "@/lib/portal/insurance-claims";
import type { InsuranceClaimSummary, OpenState } from "@/lib/portal/insurance-claims";
import { listPolicies, readTerm } from "@/lib/portal/policies";

export const generateMetadata = async () => ({ title: (await getTranslations("portalLayout"))("overview") });

type Attention = { href: string; title: string; state?: string; text?: ReactNode };

export default async function OverviewPage() {
  const user = await requireUser();
  const [policies, { latest, open, openCount }] = await Promise.all([
    listPolicies(user),
    readInsuranceClaimOverview(user, 3),
  ]);
  const t = await getTranslations("overview");
  const { formatDate, formatNote, formatProduct } = await getFormats();
  const unconfirmed = { href: "/portal/account", title: t("unconfirmed"), text: t("unconfirmedText") };
  const attention: Attention[] = [
    ...(user.emailConfirmedAt ? [] : [unconfirmed]),
    ...open.map((insuranceClaim) => ({
      href: `/portal/claims/${formatReference(insuranceClaim)}`,
      title: insuranceClaim.title,
      state: t(`claim.${insuranceClaim.state as OpenState}`),
      text: insuranceClaim.latest && <bdi>{formatNote(insuranceClaim.latest.note)}</bdi>,
    })),
    ...(openCount > open.length ? [{ href: "/portal/claims", title: t("allOpen", { count: openCount }) }] : []),
    ...policies
      .filter((policy) => readTerm(policy).state === "ending")
      .map(({ number, product, insured, endsOn }) => ({
        href: `/portal/policies/${number}`,
        title: t("ends", { product: formatProduct(product), date: formatDate(endsOn) }),
        state: t("policyEnding"),
        text: t.rich("renew", { ...tags, insured }),
      })),
  ];

  return (
    <>
      <h1>{t.rich(`greeting.${partOfDay()}`, { ...tags, name: user.firstName })}</h1>
      {attention.length > 0 ? (
        <Section title={t("attention")} className="mt-8">
          <ul className="divide-y divide-line rounded-card bg-lamp-soft">
            {attention.map(({ href, title, state, text }) => (
              <li key={href}>
                <Link href={href} className="row attention-row">
                  <span>
                    <span className="flex flex-wrap items-center gap-x-3">
                      <bdi className="row-title">{title}</bdi>
                      <span className="text-sm text-warn">{state}</span>
                    </span>
                    <span className="block max-w-[68ch]">{text}</span>
                  </span>
                  <Icon name="arrow" className="size-5 text-quiet" />
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      ) : (
        <p className="mt-2 text-lg text-quiet">{t(policies.length > 0 ? "nothing" : "ready")}</p>
      )}
      <div className="mt-12 grid gap-x-16 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <Section
          title={t("policies")}
          link={policies.length > 0 && { href: "/portal/policies", text: t("allPolicies") }}
        >
          <PolicyList policies={policies.slice(0, 3)} />
        </Section>
        <Section
          title={t(latest ? "latestClaim" : "claims")}
          link={latest && { href: "/portal/claims", text: t("allClaims") }}
        >
          {latest ? (
            <LatestClaim insuranceClaim={latest} />
          ) : (
            <EmptyState icon="flag" title={t("noClaims")}>
              {policies.length > 0
                ? t.rich("noClaimsText", { link: (chunks) => <Link href="/portal/claims/new">{chunks}</Link> })
                : t("notInsuredText")}
            </EmptyState>
          )}
        </Section>
      </div>
    </>
  );
}

async function LatestClaim({ insuranceClaim }: { insuranceClaim: InsuranceClaimSummary }) {
  const { title, state, policy, latest, createdAt } = insuranceClaim;
  const t = await getTranslations("nextStep");
  const { formatNote, formatProduct, formatWeekday } = await getFormats();
  const next = findNextStep(state, latest?.at ?? createdAt);
  const reference = formatReference(insuranceClaim);
  return (
    <div className="rounded-card border border-line bg-surface p-5 sm:p-6">
      <p className="text-sm text-quiet tabular-nums">
        <bdi>{reference}</bdi> · {formatProduct(policy.product)}
      </p>
      <h3 className="mt-1 mb-6 text-lg font-medium">
        <Link href={`/portal/claims/${reference}`} className="decoration-1 underline-offset-4 hover:underline">
          <bdi>{title}</bdi>
        </Link>
      </h3>
      <InsuranceClaimProgress state={state} />
      <p key={state} className="mt-6 border-t border-line pt-4 text-quiet">
        {next
          ? t.rich(next.isLate ? "lateSummary" : "summary", {
              title: t(`${next.after}.title`),
              day: formatWeekday(next.due),
              strong: (chunks) => <span className="text-ink">{chunks}</span>,
            })
          : latest && <bdi>{formatNote(latest.note)}</bdi>}
      </p>
    </div>
  );
}
