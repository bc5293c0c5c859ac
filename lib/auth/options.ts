import "server-only";
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { audit } from "@/lib/audit";
import { canonicalizeEmail } from "@/lib/email";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { toSafePath } from "./callback-url";
import { admitFromProvider, oidcProvider, PROVIDER_ID, toLogin } from "./identity-provider";
import { BusyError } from "./passwords";
import { PasskeyRequiredError, passwordProof } from "./recovery-codes";
import { LockedError } from "./sign-in-limits";
import { endReplacedSession } from "./session";
import { createSession, type SignInMethod } from "./session-store";
import { verifyCredentials, type VerifiedUser } from "./users";

export const UNAVAILABLE = "Unavailable";

export const TRY_LATER = /^(Locked|Busy)-(\d+)$/;

declare module "next-auth" {
  interface User {
    sessionId: string;
  }
}

export type Attempt = { method: SignInMethod; email?: string; verify: () => Promise<VerifiedUser | null> };

type Options = {
  signal?: AbortSignal;
  /** Another way to sign in than with email and password. Only this server's code can pass one. */
  attempt?: Attempt;
};

export function authOptions({ signal, attempt }: Options = {}): NextAuthOptions {
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
        authorize: (input) => startSession(attempt ?? withPassword(input, signal)),
      }),
      ...(oidc ? [oidcProvider(oidc)] : []),
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

function withPassword(input: Record<string, string> | undefined, signal?: AbortSignal): Attempt {
  const email = canonicalizeEmail(readText(input?.email));
  return { method: "password", email, verify: () => verifyCredentials(email, readText(input?.password), signal) };
}

async function startSession({ method, email, verify }: Attempt): Promise<{ id: string; sessionId: string } | null> {
  try {
    const user = await verify();
    if (user?.isPasskeyRequired && method === "password") {
      await passwordProof.write({ userId: user.id, email: user.email, passwordHash: user.passwordHash! });
      throw new PasskeyRequiredError();
    }
    const sessionId = user && (await createSession(user, method));
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
    if (error instanceof PasskeyRequiredError) {
      await audit("sign-in", "refused", { email }, { method, reason: "passkey-required" });
      throw error;
    }
    log.error({ err: error }, "sign-in failed");
    throw new Error(UNAVAILABLE);
  }
}
