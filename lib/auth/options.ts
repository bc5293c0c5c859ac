import "server-only";
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { audit } from "@/lib/audit";
import { canonicalizeEmail } from "@/lib/email";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { toSafePath } from "./callback-url";
import { admitFromProvider, oidcProvider, PROVIDER_ID, toLogin } from "./identity-provider";
import { LockedError } from "./sign-in-limits";
import { BusyError } from "./passwords";
import { linkAccount, linkRequestCookie, readLinkRequest } from "./provider-accounts";
import { endReplacedSession } from "./session";
import { createSession } from "./session-store";
import { verifyCredentials, type VerifiedUser } from "./users";

export const UNAVAILABLE = "Unavailable";

export const TRY_LATER = /^(Locked|Busy)-(\d+)$/;

export const LINK_ID = "link";

declare module "next-auth" {
  interface User {
    sessionId: string;
  }
}

export function authOptions(signal?: AbortSignal): NextAuthOptions {
  const { nextAuthSecret, isHttps, session, oidc } = env();
  return {
    secret: nextAuthSecret,
    useSecureCookies: isHttps,
    logger,
    session: { strategy: "jwt", maxAge: session.maxAge },
    // The default is 30 days, whatever the session's maxAge.
    jwt: { maxAge: session.maxAge },
    pages: { signIn: "/login", error: "/login" },
    providers: [
      CredentialsProvider({
        credentials: { email: {}, password: {} },
        authorize: (input) => {
          const email = canonicalizeEmail(readText(input?.email));
          return startSession("password", email, verifyCredentials(email, readText(input?.password), signal));
        },
      }),
      ...(oidc
        ? [
            oidcProvider(oidc),
            CredentialsProvider({
              id: LINK_ID,
              credentials: { password: {} },
              async authorize(input) {
                const request = await readLinkRequest();
                if (!request) return null;
                const verified = linkAccount(request, readText(input?.password), signal);
                const user = await startSession("provider", request.email, verified);
                if (user) await linkRequestCookie.clear();
                return user;
              },
            }),
          ]
        : []),
    ],
    callbacks: {
      redirect: ({ url, baseUrl }) => {
        const target = URL.canParse(url) ? new URL(url) : null;
        const isHere = target?.origin === baseUrl;
        return baseUrl + toSafePath(isHere ? target.pathname + target.search + target.hash : url);
      },
      async signIn({ user, account, profile }) {
        if (account?.provider !== PROVIDER_ID) return true;
        try {
          return await admitFromProvider(user, { ...profile });
        } catch (error) {
          log.error({ err: error }, "sign-in failed");
          return toLogin(UNAVAILABLE);
        }
      },
      jwt: ({ user }) => ({ sub: user.id, sessionId: user.sessionId }),
    },
  };
}

const logger: NextAuthOptions["logger"] = {
  error(code, data) {
    const error = data instanceof Error ? data : data.error;
    // Anybody can cause these, with a text of any length: most are cancelled sign-ins.
    if (/^OAUTH_CALLBACK/.test(code)) log.warn({ code, reason: error.message.slice(0, 300) }, "single sign-on failed");
    else log.error({ err: error, code }, "NextAuth failed");
  },
  warn: (code) => log.warn({ code }, "NextAuth warning"),
};

const readText = (field: unknown): string => (typeof field === "string" ? field : "");

async function startSession(
  method: "password" | "provider",
  email: string,
  verified: Promise<VerifiedUser | null>,
): Promise<{ id: string; sessionId: string } | null> {
  try {
    const user = await verified;
    const sessionId = user && (await createSession(user.id, user.passwordHash, method === "provider"));
    if (!user || !sessionId) {
      await audit("sign-in", "refused", { email }, { method });
      return null;
    }
    await endReplacedSession();
    await audit("sign-in", "success", { email: user.email, sessionId }, { method });
    return { id: user.id, sessionId };
  } catch (error) {
    if (error instanceof LockedError) throw new Error(`Locked-${error.seconds}`);
    if (error instanceof BusyError) {
      await audit("sign-in", "refused", { email }, { method, reason: "busy" });
      throw new Error(`Busy-${error.seconds}`);
    }
    log.error({ err: error }, "sign-in failed");
    throw new Error(UNAVAILABLE);
  }
}
