import { ChatConsent } from "@/components/portal/chat-consent";
import { TextPage } from "@/components/portal/text-page";
import { env } from "@/lib/env";
import { MESSAGES } from "@/lib/i18n/messages";
import { getLanguage, getTranslations } from "@/lib/i18n/request";

export const generateMetadata = async () => ({ title: (await getTranslations("privacy"))("title") });

export default async function PrivacyPage() {
  const t = await getTranslations("privacy");
  return (
    <TextPage title={t("title")}>
      <h2>{t("chatTitle")}</h2>
      <p>{t("chat")}</p>
      {env().chat.consent && <ChatConsent texts={MESSAGES[await getLanguage()].chatChoice} />}
      <h2 className="mt-6">{t("cookiesTitle")}</h2>
      <p>{t("cookies")}</p>
    </TextPage>
  );
}
