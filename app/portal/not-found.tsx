import { tags } from "@/components/portal/rich-text";
import { PageHeading } from "@/components/ui/page-heading";
import { getTranslations } from "@/lib/i18n/request";

export default async function PortalNotFoundPage() {
  const t = await getTranslations("portalNotFound");
  return (
    <PageHeading title={t("title")} back={{ href: "/portal", text: t("back") }}>
      {t.rich("text", tags)}
    </PageHeading>
  );
}
