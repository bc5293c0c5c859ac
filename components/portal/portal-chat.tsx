import "server-only";
import { connection } from "next/server";
import { getSession, toChatSession } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { getLanguage, getTranslations } from "@/lib/i18n/request";
import { EmailLink, PhoneLink } from "./phone-link";
import { RefreshingChat } from "./refreshing-chat";

export async function PortalChat() {
  await connection();
  // Not the whole object, which contains the API secret.
  const { apiKey, snippetId, snippetIds, scriptUrls, isIdentityRequired } = env().glassix;
  const t = await getTranslations("chat");
  const session = await getSession().then(toChatSession, () => null);
  return (
    <RefreshingChat
      apiKey={apiKey}
      snippetId={snippetIds[await getLanguage()] ?? snippetId}
      scriptUrls={scriptUrls}
      isIdentityRequired={isIdentityRequired}
      sessionUrl="/api/auth/session"
      session={session}
      unavailableText={t("unavailable")}
      signInText={t("signIn")}
      help={<p className="text-quiet">{t.rich("help", { phone: () => <PhoneLink />, email: () => <EmailLink /> })}</p>}
    />
  );
}
