import "server-only";
import { connection } from "next/server";
import { getSession, toChatSession } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { brand } from "@/lib/brand";
import { ChatMount } from "./chat-mount";
import { ChatCorner, ChatUnavailable, SignInToChat } from "./chat-status";

/** The chat of whoever is signed in. Rendered once, in the root layout, beside the page and never in its way. */
export async function Chat() {
  await connection();
  const { glassix } = env();
  // Without the database nobody can tell who is signed in. The page reports the error; the chat asks again later.
  const session = await getSession().then(toChatSession, () => null);
  return (
    <ChatCorner>
      <ChatMount
        config={{
          apiKey: glassix.apiKey,
          snippetId: glassix.snippetId,
          scriptUrls: glassix.scriptUrls,
          isIdentityRequired: glassix.isIdentityRequired,
        }}
        unavailable={<ChatUnavailable help={brand} />}
        signIn={<SignInToChat />}
        session={session}
      />
    </ChatCorner>
  );
}
