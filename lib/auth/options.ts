import "server-only";
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { env } from "@/lib/env";
import { findActiveUser, toChatUser } from "./session";
import { verifyCredentials } from "./users";

/** What NextAuth's answers carry when the database could not be asked. */
export const UNAVAILABLE = "Unavailable";

const TWELVE_HOURS = 12 * 60 * 60;

declare module "next-auth" {
  interface Session {
    user: ReturnType<typeof toChatUser>;
  }
}

/** NextAuth's options, made at the call and not at import: a build has no secret. */
export function authOptions(): NextAuthOptions {
  return {
    secret: env().nextAuthSecret,
    session: { strategy: "jwt", maxAge: TWELVE_HOURS },
    // NextAuth does not derive the one from the other: the cookie would go after 12 hours, what it holds would be good for 30 days.
    jwt: { maxAge: TWELVE_HOURS },
    pages: { signIn: "/login", error: "/login" },
    providers: [
      CredentialsProvider({
        credentials: { email: { label: "Email", type: "email" }, password: { label: "Password", type: "password" } },
        async authorize(input) {
          try {
            return await verifyCredentials(String(input?.email ?? ""), String(input?.password ?? ""));
          } catch (error) {
            console.error(error);
            // NextAuth puts this message into a URL: it must not be the database's.
            throw new Error(UNAVAILABLE);
          }
        },
      }),
    ],
    callbacks: {
      // The cookie holds the user's id and nothing else. The rest is NextAuth's own, carried along for the session below.
      jwt: ({ token }) => ({ sub: token.sub, exp: token.exp, jti: token.jti }),
      async session({ session, token }) {
        const expires = typeof token.exp === "number" ? new Date(token.exp * 1000).toISOString() : session.expires;
        try {
          const user = token.sub ? await findActiveUser(token.sub) : null;
          // `{}` is NextAuth's form of "nobody": the cookie of a deleted or disabled account is no session.
          if (!user) return {} as typeof session;
          return { expires, user: toChatUser(user, String(token.jti)) };
        } catch (error) {
          console.error(error);
          // NextAuth would turn an exception into "nobody", and the page would drop the customer's chat.
          return { expires, error: UNAVAILABLE } as unknown as typeof session;
        }
      },
    },
  };
}
