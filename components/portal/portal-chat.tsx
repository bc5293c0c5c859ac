import "server-only";
import { headers } from "next/headers";
import { getSession, toChatSession } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { MESSAGES } from "@/lib/i18n/messages";
import { getLanguage, getTranslations } from "@/lib/i18n/request";
import { LanguageSync } from "./language-sync";
import { tags } from "./rich-text";
import { RefreshingChat } from "./refreshing-chat";

export async function PortalChat() {
  // Not the whole object, which contains the API secret.
  const { apiKey, snippetId, snippetIds, scriptUrls, isIdentityRequired } = env().glassix;
  const { consent, load } = env().chat;
  // Some browsers send only the header.
  const isSavingData = (await headers()).get("save-data")?.toLowerCase() === "on";
  const language = await getLanguage();
  const t = await getTranslations("chat");
  // Undefined if it cannot be read, which is not a sign-out.
  const session = await getSession().catch(() => undefined);
  return (
    <>
      <LanguageSync language={language} account={session?.user.language} />
      <RefreshingChat
        apiKey={apiKey}
        snippetId={snippetIds[language] ?? snippetId}
        scriptUrls={scriptUrls}
        isIdentityRequired={isIdentityRequired}
        consent={consent}
        load={load ?? (isSavingData ? "intent" : undefined)}
        texts={MESSAGES[language].chatNotice}
        sessionUrl="/api/auth/session"
        session={session === undefined ? null : toChatSession(session)}
        help={<p className="text-quiet">{t.rich("help", tags)}</p>}
      />
    </>
  );
}
