import { PolicyList } from "@/components/portal/policy-list";
import { PageHeading } from "@/components/ui/page-heading";
import { requireUser } from "@/lib/auth/session";
import { getTranslations } from "@/lib/i18n/request";
import { listPolicies } from "@/lib/portal/policies";

export const generateMetadata = async () => ({ title: (await getTranslations("portalLayout"))("policies") });

export default async function PoliciesPage() {
  const user = await requireUser();
  const t = await getTranslations("policies");
  return (
    <>
      <PageHeading title={t("title")}>{t("intro")}</PageHeading>
      <PolicyList policies={await listPolicies(user)} />
    </>
  );
}
