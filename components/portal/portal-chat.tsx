import "server-only";
import { headers } from "next/headers";
import { connection } from "next/server";
import { getSession, toChatSession } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { LANGUAGES } from "@/lib/i18n/languages";
import { MESSAGES } from "@/lib/i18n/messages";
import { getLanguage, getTranslations } from "@/lib/i18n/request";
import { LanguageSync } from "./language-sync";
import { tags } from "./rich-text";
import { RefreshingChat } from "./refreshing-chat";

export async function PortalChat() {
  await connection();
  // Not the whole object, which contains the API secret.
  const { apiKey, snippetId, snippetIds, scriptUrls, isIdentityRequired } = env().glassix;
  const { consent, load } = env().chat;
  const isSavingData = (await headers()).get("save-data")?.toLowerCase() === "on";
  const language = await getLanguage();
  const others = Object.keys(LANGUAGES).filter((code) => code !== language);
  const t = await getTranslations("chat");
  // Undefined if it cannot be read, which is not a sign-out.
  const session = await getSession().catch(() => undefined);
  return (
    <>
      <LanguageSync account={session?.user.language} others={others.join(" ")} />
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
