import "server-only";
import { connection } from "next/server";
import { getSession, toChatSession } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { ChatMount } from "./chat-mount";
import { ChatCorner, ChatUnavailable, SignInToChat } from "./chat-status";

export async function Chat() {
  await connection();
  // Not the whole object, which contains the API secret.
  const { apiKey, snippetId, scriptUrls, isIdentityRequired } = env().glassix;
  const session = await getSession().then(toChatSession, () => null);
  return (
    <ChatCorner>
      <ChatMount
        config={{ apiKey, snippetId, scriptUrls, isIdentityRequired }}
        unavailable={<ChatUnavailable />}
        signIn={<SignInToChat />}
        session={session}
      />
    </ChatCorner>
  );
}
