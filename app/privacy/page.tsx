import { ChatConsent } from "@/components/portal/chat-consent";
import { TextPage } from "@/components/portal/text-page";
import { env } from "@/lib/env";
import { getTranslations } from "@/lib/i18n/request";

export const generateMetadata = async () => ({ title: (await getTranslations("privacy"))("title") });

export default async function PrivacyPage() {
  const t = await getTranslations("privacy");
  const chat = await getTranslations("chatNotice");
  return (
    <TextPage title={t("title")}>
      <h2>{t("chatTitle")}</h2>
      <p>{t("chat")}</p>
      {env().chat.mustAskConsent && (
        <ChatConsent
          texts={{
            legend: t("choice"),
            allow: chat("allow"),
            decline: chat("decline"),
            allowed: t("allowed"),
            declined: t("declined"),
          }}
        />
      )}
      <h2 className="mt-6">{t("cookiesTitle")}</h2>
      <p>{t("cookies")}</p>
    </TextPage>
  );
}
