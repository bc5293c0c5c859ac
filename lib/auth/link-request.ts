import "server-only";
import { decode, encode } from "next-auth/jwt";
import { cookies } from "next/headers";
import { env } from "@/lib/env";
import { toSafePath } from "./callback-url";

/**
 * That somebody has proved an account at the identity provider, and has still to prove the portal's account with
 * the same e-mail. Kept in their browser alone, sealed, for ten minutes. It opens nothing by itself.
 */
export type LinkRequest = {
  issuer: string;
  subject: string;
  userId: string;
  email: string;
  /** Where they wanted to go. */
  callbackUrl: string;
};

const TEN_MINUTES = 600;
/** Another key than that of sessions: neither can be taken for the other. */
const SALT = "portal: link an account at the identity provider";

const cookieName = () => `${env().isHttps ? "__Host-" : ""}portal.link-request`;

/** Sets the cookie. Call it where cookies can be set: in a server action or a route handler. */
export async function writeLinkRequest(request: LinkRequest): Promise<void> {
  const value = await encode({ token: request, secret: env().nextAuthSecret, salt: SALT, maxAge: TEN_MINUTES });
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure: env().isHttps, maxAge: TEN_MINUTES } as const;
  (await cookies()).set(cookieName(), value, options);
}

/** What is still to be linked in this browser, or null. */
export async function readLinkRequest(): Promise<LinkRequest | null> {
  const token = (await cookies()).get(cookieName())?.value;
  try {
    const request = await decode({ token, secret: env().nextAuthSecret, salt: SALT });
    // Only ours has this salt, so only our form can be in it. The provider may be another one since.
    if (!request || request.issuer !== env().oidc?.issuer) return null;
    const { issuer, subject, userId, email, callbackUrl } = request as LinkRequest;
    return { issuer, subject, userId, email, callbackUrl: toSafePath(callbackUrl) };
  } catch {
    return null;
  }
}

/** Forgets it. */
export async function clearLinkRequest(): Promise<void> {
  // Not `delete`: a browser takes a cookie named __Host-… away only when the rest is as it was set.
  (await cookies()).set(cookieName(), "", {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure: env().isHttps,
    maxAge: 0,
  });
}
