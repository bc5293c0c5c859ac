import { tags } from "@/components/portal/rich-text";
import { TextPage } from "@/components/portal/text-page";
import { getFormats, getTranslations } from "@/lib/i18n/request";

// Set it after each check. In messages, "checked" says what was checked, and "contact" names the person in charge.
const CHECKED_ON = new Date("2026-11-27");

export const generateMetadata = async () => ({ title: (await getTranslations("accessibility"))("title") });

/** Required by Israel's regulations on service accessibility (IS 5568) and by the European Accessibility Act (EN 301 549). */
export default async function AccessibilityPage() {
  const t = await getTranslations("accessibility");
  const { formatDate } = await getFormats();
  return (
    <TextPage title={t("title")}>
      <p className="text-lg text-quiet">{t("promise")}</p>
      <h2 className="mt-6">{t("standardTitle")}</h2>
      <p>{t("standard")}</p>
      <ul className="ms-5 grid list-disc gap-2">
        {(["keyboard", "screenReader", "zoom", "contrast", "motion", "forms"] as const).map((feature) => (
          <li key={feature}>{t(feature)}</li>
        ))}
      </ul>
      <h2 className="mt-6">{t("limitsTitle")}</h2>
      <p>{t("chat")}</p>
      <p>{t("documents")}</p>
      <h2 className="mt-6">{t("contactTitle")}</h2>
      <p>{t.rich("contact", tags)}</p>
      <p>{t("answer")}</p>
      <p>{t("authority")}</p>
      <p className="mt-6 text-sm text-quiet">{t("checked", { date: formatDate(CHECKED_ON) })}</p>
    </TextPage>
  );
}
