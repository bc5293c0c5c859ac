import { TextPage } from "@/components/portal/text-page";
import { getTranslations } from "@/lib/i18n/request";

export const generateMetadata = async () => ({ title: (await getTranslations("notFound"))("title") });

export default async function NotFoundPage() {
  const t = await getTranslations("notFound");
  return (
    <TextPage title={t("title")}>
      <p className="text-lg text-balance text-quiet">{t("text")}</p>
      <a href="/portal" className="button button-primary mt-4 justify-self-start">
        {t("goToPortal")}
      </a>
    </TextPage>
  );
}
