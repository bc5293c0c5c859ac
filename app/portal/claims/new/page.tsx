import { tags } from "@/components/portal/rich-text";
import { ActionForm } from "@/components/ui/action-form";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeading } from "@/components/ui/page-heading";
import { requireUser } from "@/lib/auth/session";
import { addYears, CURRENCY_SYMBOL, toIsoDate, today } from "@/lib/format";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import { listPolicies, readTerm } from "@/lib/portal/policies";
import { fileInsuranceClaimAction } from "./actions";

export const generateMetadata = async () => ({ title: (await getTranslations("newClaim"))("title") });

export default async function NewInsuranceClaimPage({ searchParams }: PageProps<"/portal/claims/new">) {
  const user = await requireUser();
  const { policy: wanted } = await searchParams;
  const t = await getTranslations("newClaim");
  const { formatProduct } = await getFormats();
  const company = await getTranslations("company");
  const policies = (await listPolicies(user)).filter((policy) => readTerm(policy).state !== "upcoming");
  const chosen = policies.find(({ number }) => number === wanted) ?? (policies.length === 1 ? policies[0] : undefined);
  const options = policies.map(({ number, product, insured }) => ({
    value: number,
    label: t("option", { product: formatProduct(product), insured }),
  }));
  return (
    <>
      <PageHeading title={t("title")} back={{ href: "/portal/claims", text: (await getTranslations("claims"))("all") }}>
        {policies.length > 0 && t("intro")}
      </PageHeading>
      {policies.length === 0 ? (
        <EmptyState icon="shield" title={t("noPolicy")}>
          {t.rich("noPolicyText", { ...tags, hours: company("hours") })}
        </EmptyState>
      ) : (
        <ActionForm
          action={fileInsuranceClaimAction}
          submit={t("submit")}
          hidden={{ formId: crypto.randomUUID(), customer: user.uniqueIdentifier }}
          values={{ policy: chosen?.number ?? "" }}
          fields={[
            {
              name: "policy",
              label: t("policy"),
              kind: "select",
              options: [{ value: "", label: t("choosePolicy") }, ...options],
            },
            {
              name: "incidentOn",
              label: t("incidentOn"),
              hint: t("incidentOnHint"),
              kind: "date",
              min: toIsoDate(addYears(today(), -2)),
              max: toIsoDate(today()),
            },
            { name: "title", label: t("what"), hint: t("whatHint") },
            { name: "description", label: t("description"), hint: t("descriptionHint"), kind: "paragraphs" },
            {
              name: "estimated",
              label: t("estimated", { currency: CURRENCY_SYMBOL }),
              hint: t("estimatedHint"),
              inputMode: "decimal",
            },
          ]}
        />
      )}
    </>
  );
}
