import "server-only";
import { decode, encode } from "next-auth/jwt";
import { cookies } from "next/headers";
import { env } from "@/lib/env";
import { toSafePath } from "./callback-url";

/**
 * Somebody has proved an account at the identity provider, and must still prove the portal's account with the same
 * email address. Kept in an encrypted cookie.
 */
export type LinkRequest = {
  issuer: string;
  subject: string;
  userId: string;
  email: string;
  callbackUrl: string;
};

const TEN_MINUTES = 600;
/** A key of its own: a session cookie cannot be used here. */
const SALT = "portal: link an account at the identity provider";

const cookieName = () => `${env().isHttps ? "__Host-" : ""}portal.link-request`;

export async function writeLinkRequest(request: LinkRequest): Promise<void> {
  const value = await encode({ token: request, secret: env().nextAuthSecret, salt: SALT, maxAge: TEN_MINUTES });
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure: env().isHttps, maxAge: TEN_MINUTES } as const;
  (await cookies()).set(cookieName(), value, options);
}

export async function readLinkRequest(): Promise<LinkRequest | null> {
  const token = (await cookies()).get(cookieName())?.value;
  try {
    const request = await decode({ token, secret: env().nextAuthSecret, salt: SALT });
    // The provider may have been replaced since.
    if (!request || request.issuer !== env().oidc?.issuer) return null;
    const { issuer, subject, userId, email, callbackUrl } = request as LinkRequest;
    return { issuer, subject, userId, email, callbackUrl: toSafePath(callbackUrl) };
  } catch {
    return null;
  }
}

export async function clearLinkRequest(): Promise<void> {
  // Browsers remove a cookie named __Host-… only with the attributes it was set with.
  (await cookies()).set(cookieName(), "", {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure: env().isHttps,
    maxAge: 0,
  });
}
