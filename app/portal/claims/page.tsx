import Link from "next/link";
import { InsuranceClaimStatus } from "@/components/portal/status";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeading } from "@/components/ui/page-heading";
import { Row } from "@/components/ui/row";
import { Section } from "@/components/ui/section";
import { requireUser } from "@/lib/auth/session";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import { formatReference, listInsuranceClaims } from "@/lib/portal/insurance-claims";
import { listPolicies } from "@/lib/portal/policies";

export const generateMetadata = async () => ({ title: (await getTranslations("portalLayout"))("claims") });

export default async function InsuranceClaimsPage({ searchParams }: PageProps<"/portal/claims">) {
  const user = await requireUser();
  const { open, settled, page, pages } = await listInsuranceClaims(user, (await searchParams).page);
  const isInsured = (await listPolicies(user)).length > 0;
  const t = await getTranslations("claims");
  const { formatMomentDate, formatNote, formatProduct } = await getFormats();
  return (
    <>
      <PageHeading
        title={t("title")}
        action={
          isInsured && (
            <Link href="/portal/claims/new" className="button button-primary">
              {t("file")}
            </Link>
          )
        }
      >
        {t("intro")}
      </PageHeading>
      {open.length + settled.length === 0 && (
        <EmptyState icon="flag" title={t("none")}>
          {t(isInsured ? "noneText" : "notInsuredText")}
        </EmptyState>
      )}
      <div className="grid gap-12">
        {Object.entries({ open, settled } as const).map(
          ([name, insuranceClaims]) =>
            insuranceClaims.length > 0 && (
              <Section key={name} title={t(name as "open" | "settled")}>
                <ul className="divide-y divide-line border-y border-line">
                  {insuranceClaims.map(({ number, title, state, createdAt, policy, latest }) => (
                    <Row
                      key={number}
                      href={`/portal/claims/${formatReference({ number })}`}
                      icon={policy.product}
                      title={title}
                      end={<InsuranceClaimStatus state={state} />}
                    >
                      {latest && <bdi className="block max-w-[60ch] text-quiet">{formatNote(latest.note)}</bdi>}
                      <span className="row-meta">
                        <bdi>{formatReference({ number })}</bdi> · {formatProduct(policy.product)} ·{" "}
                        <span className="whitespace-nowrap">{t("filed", { date: formatMomentDate(createdAt) })}</span>
                      </span>
                    </Row>
                  ))}
                </ul>
              </Section>
            ),
        )}
      </div>
      {pages > 1 && (
        <nav aria-label={t("pages")} className="mt-6 flex flex-wrap items-center gap-x-6 text-sm">
          <p className="text-quiet tabular-nums">{t("page", { page, pages })}</p>
          {page > 1 && (
            <Link href={`/portal/claims?page=${page - 1}`} rel="prev" className="link py-3">
              {t("previous")}
            </Link>
          )}
          {page < pages && (
            <Link href={`/portal/claims?page=${page + 1}`} rel="next" className="link py-3">
              {t("next")}
            </Link>
          )}
        </nav>
      )}
    </>
  );
}
