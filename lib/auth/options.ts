import "server-only";
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { LockedError } from "./limits";
import { findActiveUser, toChatUser, toSession } from "./session";
import { verifyCredentials } from "./users";

/** What NextAuth's answers carry when the database could not be asked. */
export const UNAVAILABLE = "Unavailable";

/** What they carry after too many wrong passwords, with the seconds to wait: "Locked-720". */
export const LOCKED = /^Locked-(\d+)$/;

declare module "next-auth" {
  interface Session {
    user: ReturnType<typeof toChatUser>;
  }
  interface User {
    sessionVersion: number;
  }
}

/** NextAuth's options, made at the call and not at import: a build has no secret. */
export function authOptions(): NextAuthOptions {
  const { nextAuthSecret, session } = env();
  return {
    secret: nextAuthSecret,
    session: { strategy: "jwt", maxAge: session.maxAge },
    // NextAuth does not derive the one from the other: the cookie would go in time, what it holds would be good for 30 days.
    jwt: { maxAge: session.maxAge },
    pages: { signIn: "/login", error: "/login" },
    providers: [
      CredentialsProvider({
        credentials: { email: { label: "Email", type: "email" }, password: { label: "Password", type: "password" } },
        async authorize(input) {
          try {
            const user = await verifyCredentials(String(input?.email ?? ""), String(input?.password ?? ""));
            log("info", user ? "signed in" : "sign-in refused", { userId: user?.id });
            return user;
          } catch (error) {
            if (error instanceof LockedError) {
              log("warn", "sign-in locked", { seconds: error.seconds });
              throw new Error(`Locked-${error.seconds}`);
            }
            log("error", "sign-in failed", { error });
            // NextAuth puts this message into a URL: it must not be the database's.
            throw new Error(UNAVAILABLE);
          }
        },
      }),
    ],
    callbacks: {
      // The cookie holds the user's id and which of their sessions are good. The rest is NextAuth's own, carried along for the session below.
      jwt: ({ token: { sub, version, exp, jti }, user }) => ({
        sub,
        version: user?.sessionVersion ?? version,
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
