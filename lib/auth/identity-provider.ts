import "server-only";
import { decodeJwt } from "jose";
import type { Profile, User } from "next-auth";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { cookies, headers } from "next/headers";
import { audit } from "@/lib/audit";
import { env, type Env } from "@/lib/env";
import { log } from "@/lib/log";
import { toPath, toSafePath } from "./callback-url";
import { nextAuthCookie } from "./cookies";
import { isLinked, linkRequestCookie, resolveCustomer } from "./provider-accounts";
import { toProviderProfile } from "./provider-profile";
import { endReplacedSession } from "./session";
import { createSession, endSession } from "./session-store";

/** Part of the redirect URI that the provider must know: /api/auth/callback/oidc. */
export const PROVIDER_ID = "oidc";

const TIME_LIMIT = 5_000;

type Claims = Profile & Record<string, unknown>;

const toDiscoveryUrl = (issuer: string) => `${issuer}/.well-known/openid-configuration`;

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
        // NextAuth compares with the issuer in the discovery document, which for Entra's "common" matches every tenant.
        const claims = decodeJwt<Claims>(tokens.id_token ?? "");
        if (String(claims.iss).replace(/\/+$/, "") !== issuer)
          throw new Error(`The provider's issuer is ${claims.iss}, but OIDC_ISSUER is ${issuer}. They must be equal.`);
        const isComplete = (claims.email && claims.name) || !client.issuer.metadata.userinfo_endpoint;
        return isComplete
          ? claims
          : { ...(await client.userinfo(tokens as Parameters<typeof client.userinfo>[0])), ...claims };
      },
    },
    profile: ({ sub }) => ({ id: String(sub), sessionId: "" }),
  };
}

export async function admitFromProvider(user: User, claims: Record<string, unknown>): Promise<true | string> {
  const { issuer, isEmailTrusted } = env().oidc!;
  const profile = toProviderProfile(claims);
  const resolution = await resolveCustomer(issuer, {
    ...profile,
    isEmailConfirmed: profile.isEmailConfirmed || (isEmailTrusted && !profile.isEmailUnverified),
  });
  if (resolution.kind === "refused") {
    const { reason } = resolution;
    await audit("sign-in", "refused", { email: profile.email ?? undefined }, { method: "provider", issuer, reason });
    return toLogin(reason);
  }
  const { email } = resolution;
  if (resolution.kind === "link") {
    const { userId } = resolution;
    const callbackUrl = await readCallbackPath();
    await linkRequestCookie.write({ issuer, subject: profile.subject, userId, email, callbackUrl });
    return "/login/link";
  }
  const sessionId = await createSession({ id: resolution.id, email, passwordHash: null }, "provider");
  // Removing the link ended only the sessions that existed then.
  if (!sessionId || !(await isLinked(resolution.id, issuer, profile.subject))) {
    if (sessionId) await endSession({ id: resolution.id, email, sessionId }, sessionId);
    return toLogin("AccessDenied");
  }
  await endReplacedSession();
  Object.assign(user, { id: resolution.id, sessionId });
  await audit("sign-in", "success", { email, sessionId }, { method: "provider", issuer });
  return true;
}

export async function toLogin(error: string): Promise<string> {
  return `/login?${new URLSearchParams({ error, callbackUrl: await readCallbackPath() })}`;
}

export async function findEndSessionUrl(path: string): Promise<string | null> {
  const { oidc, origin } = env();
  if (!oidc) return null;
  try {
    const response = await fetch(toDiscoveryUrl(oidc.issuer), {
      redirect: "error",
      signal: AbortSignal.timeout(TIME_LIMIT),
    });
    const { end_session_endpoint } = (await response.json()) as { end_session_endpoint?: string };
    if (!end_session_endpoint) return null;
    const url = new URL(end_session_endpoint);
    url.searchParams.set("client_id", oidc.clientId);
    const base = origin ?? `https://${(await headers()).get("host")}`;
    url.searchParams.set("post_logout_redirect_uri", base + path);
    return url.href;
  } catch (error) {
    log.warn({ err: error, issuer: oidc.issuer }, "provider session not ended");
    return null;
  }
}

async function readCallbackPath(): Promise<string> {
  return toSafePath(toPath((await cookies()).get(nextAuthCookie("callback-url"))?.value ?? ""));
}
