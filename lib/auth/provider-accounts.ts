import "server-only";
import { audit, hashAccount } from "@/lib/audit";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { toSafePath } from "./callback-url";
import { encryptedCookie } from "./cookies";
import type { ProviderProfile } from "./provider-profile";
import { isTaken, verifyCredentials, type VerifiedUser } from "./users";

/** Error codes of the login page. */
export type Refusal = "AccessDenied" | "EmailMissing" | "EmailUnverified" | "EmailTaken";

export type Resolution =
  | { kind: "customer"; id: string; email: string }
  /** An account with a password has the same email address: the customer must prove it with the password. */
  | { kind: "link"; userId: string; email: string }
  | { kind: "refused"; reason: Refusal };

/**
 * Finds or creates the customer of an account at the identity provider. Issuer and subject identify the account, never
 * the email address, which people can change there.
 */
export async function resolveCustomer(issuer: string, profile: ProviderProfile): Promise<Resolution> {
  const { subject, email, isEmailUnverified, isEmailConfirmed, firstName, lastName } = profile;
  const account = { provider: issuer, providerAccountId: subject };
  const emailConfirmedAt = isEmailConfirmed ? new Date() : null;

  // Read before the account: in a race of first sign-ins, the account of a holder that the winner created exists, too.
  const holder =
    email &&
    (await db().user.findUnique({ where: { email }, select: { id: true, disabledAt: true, passwordHash: true } }));
  const known = await db().account.findUnique({
    where: { provider_providerAccountId: account },
    select: { user: { select: { id: true, email: true, emailConfirmedAt: true, disabledAt: true } } },
  });
  if (known) {
    const { user } = known;
    if (user.disabledAt) return { kind: "refused", reason: "AccessDenied" };
    const isAdopted = email && !isEmailUnverified && (await adoptEmail(user, email, emailConfirmedAt));
    return { kind: "customer", id: user.id, email: isAdopted ? email : user.email };
  }

  if (!email) return { kind: "refused", reason: "EmailMissing" };
  if (isEmailUnverified) return { kind: "refused", reason: "EmailUnverified" };
  if (holder) {
    if (holder.disabledAt) return { kind: "refused", reason: "AccessDenied" };
    if (!holder.passwordHash) return { kind: "refused", reason: "EmailTaken" };
    return { kind: "link", userId: holder.id, email };
  }
  try {
    const created = await db().user.create({
      data: { email, emailConfirmedAt, firstName, lastName, accounts: { create: { type: "oauth", ...account } } },
      select: { id: true, email: true },
    });
    await audit("registration", "success", { email }, { method: "provider" });
    return { kind: "customer", ...created };
  } catch (error) {
    if (!isTaken(error)) throw error;
    // The loser of such a race finds the winner's account.
    return resolveCustomer(issuer, profile);
  }
}

/** Somebody has proved an account at the provider, and must still prove the portal's account with the same email. */
type LinkRequest = { issuer: string; subject: string; userId: string; email: string; callbackUrl: string };

export const linkRequestCookie = encryptedCookie<LinkRequest>("portal.link-request", 600);

export async function readLinkRequest(): Promise<LinkRequest | null> {
  const request = await linkRequestCookie.read();
  // The provider may have been replaced since.
  if (!request || request.issuer !== env().oidc?.issuer) return null;
  return { ...request, callbackUrl: toSafePath(request.callbackUrl) };
}

/**
 * Links an account at the identity provider to a customer. Returns null when the password is wrong.
 *
 * @throws LockedError, BusyError
 */
export async function linkAccount(
  link: LinkRequest,
  password: string,
  signal?: AbortSignal,
): Promise<VerifiedUser | null> {
  const user = await verifyCredentials(link.email, password, signal);
  // The email address may belong to another customer by now.
  if (!user || user.id !== link.userId) return null;
  const account = { provider: link.issuer, providerAccountId: link.subject };
  const { userId } = await db().account.upsert({
    where: { provider_providerAccountId: account },
    create: { type: "oauth", ...account, userId: user.id },
    update: {},
    select: { userId: true },
  });
  if (userId !== user.id) return null;
  await audit("provider-link-added", "success", user, { issuer: link.issuer });
  return user;
}

export async function listProviderLinks(user: { id: string }): Promise<{ id: string; issuer: string }[]> {
  const accounts = await db().account.findMany({ where: { userId: user.id }, orderBy: { provider: "asc" } });
  return accounts.map(({ id, provider }) => ({ id, issuer: provider }));
}

/**
 * Removes one or all of the customer's links to identity providers, unless they have no password, and ends the other
 * sessions that began there. Returns the number of links removed.
 */
export async function removeProviderLinks(
  user: { id: string; email: string; sessionId: string },
  id?: string,
): Promise<number> {
  const where = { id, userId: user.id, user: { passwordHash: { not: null } } };
  const { count } = await db().account.deleteMany({ where });
  if (count === 0) return 0;
  await db().session.deleteMany({ where: { userId: user.id, isFromProvider: true, id: { not: user.sessionId } } });
  await audit("provider-link-removed", "success", user, { count });
  return count;
}

/**
 * Takes over a changed email address, for customers without a password, and records that it is confirmed. Returns
 * whether it is the customer's address now.
 */
async function adoptEmail(
  user: { id: string; email: string; emailConfirmedAt: Date | null },
  email: string,
  emailConfirmedAt: Date | null,
): Promise<boolean> {
  const isNew = email !== user.email;
  if (!isNew && (user.emailConfirmedAt || !emailConfirmedAt)) return true;
  try {
    const { count } = await db().user.updateMany({
      where: isNew ? { id: user.id, passwordHash: null } : { id: user.id, email },
      data: { email, emailConfirmedAt },
    });
    if (isNew && count > 0) await audit("email-changed", "success", user, { newAccount: hashAccount(email) });
    return count > 0;
  } catch (error) {
    if (!isTaken(error)) throw error;
    return false;
  }
}
