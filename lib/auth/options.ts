import "server-only";
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { countSignIn, countSignInFailure, type SignInMethod } from "@/lib/telemetry";
import { admitFromProvider, oidcProvider, PROVIDER_ID, toLogin } from "./identity-provider";
import { LockedError } from "./limits";
import { clearLinkRequest, readLinkRequest } from "./link-request";
import { linkAccount } from "./provider-accounts";
import { findActiveUser, toChatUser, toSession } from "./session";
import { decodeSessionToken } from "./session-token";
import { verifyCredentials, type SigningIn } from "./users";

/** What NextAuth's answers carry when the database could not be asked. */
export const UNAVAILABLE = "Unavailable" as const;

/** What they carry after too many wrong passwords, with the seconds to wait: "Locked-720". */
export const LOCKED = /^Locked-(\d+)$/;

/** What the form that links an account at the provider is called in NextAuth's addresses. */
export const LINK_ID = "link";

declare module "next-auth" {
  interface Session {
    user: ReturnType<typeof toChatUser>;
  }
  interface User {
    sessionVersion: number;
    /** Whether the identity provider has a session of theirs, too. */
    isFromProvider?: true;
  }
}

/** NextAuth's options, made at the call and not at import: a build has no secret. */
export function authOptions(): NextAuthOptions {
  const { nextAuthSecret, session, oidc } = env();
  return {
    secret: nextAuthSecret,
    session: { strategy: "jwt", maxAge: session.maxAge },
    // NextAuth does not derive the one from the other: the cookie would go in time, what it holds would be good for 30 days.
    jwt: { maxAge: session.maxAge, decode: decodeSessionToken },
    pages: { signIn: "/login", error: "/login" },
    providers: [
      CredentialsProvider({
        credentials: { email: { label: "Email", type: "email" }, password: { label: "Password", type: "password" } },
        authorize: (input) =>
          answer("password", () => verifyCredentials(String(input?.email ?? ""), String(input?.password ?? ""))),
      }),
      ...(oidc
        ? [
            oidcProvider(oidc),
            CredentialsProvider({
              id: LINK_ID,
              credentials: { password: { label: "Password", type: "password" } },
              authorize: (input) => answer("provider", () => linkAndAdmit(String(input?.password ?? ""))),
            }),
          ]
        : []),
    ],
    callbacks: {
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
      // The cookie holds the user's id, which of their sessions are good, and where it began. The rest is NextAuth's own, carried along for the session below.
      jwt: ({ token: { sub, version, isFromProvider, exp, jti }, user }) => ({
        sub,
        version: user?.sessionVersion ?? version,
        isFromProvider: user ? user.isFromProvider : isFromProvider,
        exp,
        jti,
      }),
      async session({ session, token }) {
        const expires = typeof token.exp === "number" ? new Date(token.exp * 1000).toISOString() : session.expires;
        try {
          const current = toSession(token);
          const user = current && (await findActiveUser(current));
          // `{}` is NextAuth's form of "nobody": the cookie of a deleted or disabled account is no session.
          if (!user) return {} as typeof session;
          return { expires, user: toChatUser(user, current.sessionId) };
        } catch (error) {
          log("error", "session not read", { error });
          // NextAuth would turn an exception into "nobody", and the page would drop the customer's chat.
          return { expires, error: UNAVAILABLE } as unknown as typeof session;
        }
      },
    },
  };
}

/** Lets somebody try a password. What goes wrong, NextAuth puts into an address: it must not be the database's message. */
async function answer(method: SignInMethod, attempt: () => Promise<(SigningIn & { isFromProvider?: true }) | null>) {
  try {
    const user = await attempt();
    log("info", user ? "signed in" : "sign-in refused", { userId: user?.id });
    if (user) countSignIn(method);
    else countSignInFailure(method, "refused");
    return user;
  } catch (error) {
    if (error instanceof LockedError) {
      log("warn", "sign-in locked", { seconds: error.seconds });
      countSignInFailure(method, "locked");
      throw new Error(`Locked-${error.seconds}`);
    }
    log("error", "sign-in failed", { error });
    countSignInFailure(method, "unavailable");
    throw new Error(UNAVAILABLE);
  }
}

/** Both proofs together: the cookie says who it is at the provider, the password whose account it is here. */
async function linkAndAdmit(password: string) {
  const request = await readLinkRequest();
  const user = request && (await linkAccount(request, password));
  if (!user) return null;
  await clearLinkRequest();
  return { ...user, isFromProvider: true as const };
}
