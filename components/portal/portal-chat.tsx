import "server-only";
import { connection } from "next/server";
import { getSession, toChatSession } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { env } from "@/lib/env";
import { RefreshingChat } from "./refreshing-chat";

export async function PortalChat() {
  await connection();
  // Not the whole object, which contains the API secret.
  const { apiKey, snippetId, scriptUrls, isIdentityRequired } = env().glassix;
  const session = await getSession().then(toChatSession, () => null);
  return (
    <RefreshingChat
      apiKey={apiKey}
      snippetId={snippetId}
      scriptUrls={scriptUrls}
      isIdentityRequired={isIdentityRequired}
      sessionUrl="/api/auth/session"
      session={session}
      help={
        <p className="text-quiet">
          Call{" "}
          <a className="whitespace-nowrap" href={brand.phone.href}>
            {brand.phone.text}
          </a>{" "}
          or write to{" "}
          <a className="whitespace-nowrap" href={brand.email.href}>
            {brand.email.text}
          </a>
          .
        </p>
      }
    />
  );
}
