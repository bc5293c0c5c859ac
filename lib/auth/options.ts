import "server-only";
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { audit } from "@/lib/audit";
import { canonicalizeEmail } from "@/lib/email";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { countSignIn, countSignInFailure, type SignInMethod } from "@/lib/telemetry";
import { toSafePath } from "./callback-url";
import { admitFromProvider, oidcProvider, PROVIDER_ID, toLogin } from "./identity-provider";
import { LockedError } from "./limits";
import { clearLinkRequest, readLinkRequest } from "./link-request";
import { BusyError } from "./passwords";
import { linkAccount } from "./provider-accounts";
import { endReplacedSession } from "./session";
import { createSession } from "./session-store";
import { MAX_EMAIL_LENGTH, verifyCredentials, type VerifiedUser } from "./users";

/** The error in NextAuth's redirects when the database could not be asked. */
export const UNAVAILABLE = "Unavailable" as const;

/** The error after too many wrong passwords, or when too many wait to be checked, with the seconds to wait: "Locked-720". */
export const TRY_LATER = /^(Locked|Busy)-(\d+)$/;

/** The id of the provider that links an account at the identity provider. */
export const LINK_ID = "link";

declare module "next-auth" {
  interface User {
    sessionId: string;
  }
}

/**
 * NextAuth's options, made at the call and not at import: a build has no secret.
 *
 * @param signal of the request, where it is known
 */
export function authOptions(signal?: AbortSignal): NextAuthOptions {
  const { nextAuthSecret, session, oidc } = env();
  return {
    secret: nextAuthSecret,
    session: { strategy: "jwt", maxAge: session.maxAge },
    // NextAuth does not derive it from the session's: the cookie's content would be valid for 30 days.
    jwt: { maxAge: session.maxAge },
    pages: { signIn: "/login", error: "/login" },
    providers: [
      CredentialsProvider({
        credentials: { email: { label: "Email", type: "email" }, password: { label: "Password", type: "password" } },
        authorize: (input) => {
          const email = canonicalizeEmail(String(input?.email ?? "").slice(0, MAX_EMAIL_LENGTH + 1));
          return startSession("password", email, () => verifyCredentials(email, String(input?.password ?? ""), signal));
        },
      }),
      ...(oidc
        ? [
            oidcProvider(oidc),
            CredentialsProvider({
              id: LINK_ID,
              credentials: { password: { label: "Password", type: "password" } },
              authorize: (input) => linkAndStartSession(readText(input?.password), signal),
            }),
          ]
        : []),
    ],
    callbacks: {
      // NextAuth's own default throws for a text that is no address.
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
          log("error", "sign-in failed", { error });
          countSignInFailure("provider", "unavailable");
          return toLogin(UNAVAILABLE);
        }
      },
      // The cookie names the session's row. The rest is NextAuth's own.
      jwt: ({ token: { sub, sessionId, exp, jti }, user }) =>
        user ? { sub: user.id, sessionId: user.sessionId } : { sub, sessionId, exp, jti },
    },
  };
}

/** NextAuth also takes JSON, so a field can be anything. */
const readText = (field: unknown): string => (typeof field === "string" ? field : "");

/** Verifies a password and creates the session's row. NextAuth puts the error's message into an address, so it must be one of ours. */
async function startSession(
  method: SignInMethod,
  email: string,
  verify: () => Promise<VerifiedUser | null>,
  signal?: AbortSignal,
): Promise<{ id: string; sessionId: string } | null> {
  try {
    const user = await verify();
    const sessionId = user && (await createSession(user.id, user.passwordHash, method === "provider"));
    if (!user || !sessionId) {
      await audit("sign-in", "refused", { email }, { method });
      countSignInFailure(method, "refused");
      return null;
    }
    await endReplacedSession();
    await audit("sign-in", "success", { email: user.email, sessionId }, { method });
    countSignIn(method);
    return { id: user.id, sessionId };
  } catch (error) {
    if (error instanceof LockedError || error instanceof BusyError) {
      const kind = error instanceof LockedError ? "Locked" : "Busy";
      if (kind === "Busy") await audit("sign-in", "refused", { email }, { method, reason: "busy" });
      countSignInFailure(method, kind.toLowerCase());
      throw new Error(`${kind}-${error.seconds}`);
    }
    // Nobody reads the answer of a request that was aborted in the queue.
    if (!signal?.aborted) log("error", "sign-in failed", { error });
    countSignInFailure(method, "unavailable");
    throw new Error(UNAVAILABLE);
  }
}

/** Two proofs together: the cookie says who it is at the provider, the password whose account it is here. */
async function linkAndStartSession(password: string, signal?: AbortSignal) {
  const request = await readLinkRequest();
  if (!request) return null;
  const user = await startSession("provider", request.email, () => linkAccount(request, password, signal), signal);
  if (user) await clearLinkRequest();
  return user;
}
