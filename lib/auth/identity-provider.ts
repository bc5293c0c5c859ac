import "server-only";
import { decodeJwt } from "jose";
import type { Profile, User } from "next-auth";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { cookies, headers } from "next/headers";
import { audit } from "@/lib/audit";
import { env, type Env } from "@/lib/env";
import { log } from "@/lib/log";
import { toSafePath } from "./callback-url";
import { writeLinkRequest } from "./link-request";
import { resolveCustomer, type Refusal } from "./provider-accounts";
import { toProviderProfile } from "./provider-profile";
import { endReplacedSession } from "./session";
import { createSession } from "./session-store";

/** What the provider is called in NextAuth's addresses: it sends customers back to /api/auth/callback/oidc. */
export const PROVIDER_ID = "oidc";

/** Milliseconds that the provider has for one answer. */
const TIME_LIMIT = 5_000;
/** At a sign-out less: the portal's own has to wait for it. */
const SIGN_OUT_TIME_LIMIT = 3_000;

type Claims = Profile & Record<string, unknown>;

const toDiscoveryUrl = (issuer: string) => `${issuer}/.well-known/openid-configuration`;

/** The identity provider as NextAuth takes it. All but the three variables stands in the provider's discovery document. */
export function oidcProvider({ issuer, clientId, clientSecret }: NonNullable<Env["oidc"]>): OAuthConfig<Claims> {
  return {
    id: PROVIDER_ID,
    name: "Single sign-on",
    type: "oauth",
    wellKnown: toDiscoveryUrl(issuer),
    clientId,
    clientSecret,
    authorization: { params: { scope: "openid email profile" } },
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    httpOptions: { timeout: TIME_LIMIT },
    userinfo: {
      async request({ tokens, client }) {
        // NextAuth has verified it by now, against the keys of whoever answered at the discovery address.
        const claims = decodeJwt<Claims>(tokens.id_token ?? "");
        // An address that stands for many providers at once, as Entra's "common" does, would let in all of them.
        if (String(claims.iss).replace(/\/+$/, "") !== issuer)
          throw new Error(
            `The provider signs as ${claims.iss}, but OIDC_ISSUER is ${issuer}. They have to be the same.`,
          );
        // Many leave the e-mail and the name out of the ID token and tell them here. It must be the same subject's.
        const isComplete = (claims.email && claims.name) || !client.issuer.metadata.userinfo_endpoint;
        return isComplete
          ? claims
          : { ...(await client.userinfo(tokens as Parameters<typeof client.userinfo>[0])), ...claims };
      },
    },
    // `admitFromProvider` fills in the customer's own.
    profile: ({ sub }) => ({ id: String(sub), sessionId: "" }),
  };
}

/**
 * The result of NextAuth's `signIn` callback for a sign-in at the provider: true, with the customer's session in
 * `user`, or the page to go to instead.
 */
export async function admitFromProvider(user: User, claims: Record<string, unknown>): Promise<true | string> {
  const { issuer, isEmailTrusted } = env().oidc!;
  const profile = toProviderProfile(claims);
  const resolution = await resolveCustomer(issuer, {
    ...profile,
    isEmailConfirmed: profile.isEmailConfirmed || (isEmailTrusted && !profile.isEmailUnverified),
  });
  switch (resolution.kind) {
    case "customer": {
      const { id, email } = resolution;
      const sessionId = await createSession(id, null, true);
      if (!sessionId) return toLogin("AccessDenied");
      await endReplacedSession();
      Object.assign(user, { id, sessionId });
      await audit("sign-in", "success", { email, sessionId }, { method: "provider", issuer });
      return true;
    }
    case "link": {
      const { userId, email } = resolution;
      const callbackUrl = await readCallbackPath();
      await writeLinkRequest({ issuer, subject: profile.subject, userId, email, callbackUrl });
      return "/login/link";
    }
    case "refused": {
      const { reason } = resolution;
      await audit("sign-in", "refused", { email: profile.email ?? undefined }, { method: "provider", issuer, reason });
      return toLogin(reason);
    }
  }
}

/** The login page, with what went wrong, and with the way to where the customer wanted to go. */
export async function toLogin(error: Refusal | "Cancelled" | "Unavailable"): Promise<string> {
  return `/login?${new URLSearchParams({ error, callbackUrl: await readCallbackPath() })}`;
}

/**
 * The address that ends the provider's own session and comes back to this path, or null: there is no provider, it
 * has no such address, or it does not answer. No ID token is kept that could be shown to it, so it may ask the
 * customer whether they mean it.
 */
export async function findEndSessionUrl(path: string): Promise<string | null> {
  const { oidc, origin } = env();
  if (!oidc) return null;
  try {
    const signal = AbortSignal.timeout(SIGN_OUT_TIME_LIMIT);
    const response = await fetch(toDiscoveryUrl(oidc.issuer), { signal, cache: "no-store" });
    const { end_session_endpoint } = (await response.json()) as { end_session_endpoint?: string };
    if (!end_session_endpoint) return null;
    const url = new URL(end_session_endpoint);
    url.searchParams.set("client_id", oidc.clientId);
    url.searchParams.set(
      "post_logout_redirect_uri",
      // On Vercel the environment need not name the origin. The provider takes none that it does not know.
      (origin ?? `https://${(await headers()).get("host")}`) + path,
    );
    return url.href;
  } catch (error) {
    log.warn({ err: error, issuer: oidc.issuer }, "provider's session not ended");
    return null;
  }
}

/** Where the sign-in was to lead. NextAuth keeps it in a cookie meanwhile. */
async function readCallbackPath(): Promise<string> {
  const address = (await cookies()).get(`${env().isHttps ? "__Secure-" : ""}next-auth.callback-url`)?.value ?? "";
  if (!URL.canParse(address)) return toSafePath(address);
  const { pathname, search, hash } = new URL(address);
  return toSafePath(pathname + search + hash);
}
