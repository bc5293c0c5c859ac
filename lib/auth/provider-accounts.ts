import "server-only";
import { audit, hashAccount } from "@/lib/audit";
import { db } from "@/lib/db";
import { Prisma } from "@/prisma/generated/client";
import type { ProviderProfile } from "./provider-profile";
import { verifyCredentials, type VerifiedUser } from "./users";

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

  // In a race of first sign-ins, the loser finds the winner's account on the next attempt.
  for (let attempt = 1; ; attempt++) {
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
    const holder = await db().user.findUnique({
      where: { email },
      select: { id: true, disabledAt: true, passwordHash: true, accounts: { where: account, select: { id: true } } },
    });
    if (holder && holder.accounts.length === 0) {
      if (holder.disabledAt) return { kind: "refused", reason: "AccessDenied" };
      if (!holder.passwordHash) return { kind: "refused", reason: "EmailTaken" };
      return { kind: "link", userId: holder.id, email };
    }

    try {
      if (!holder) {
        const created = await db().user.create({
          data: { email, emailConfirmedAt, firstName, lastName, accounts: { create: { type: "oauth", ...account } } },
          select: { id: true, email: true },
        });
        await audit("registration", "success", { email }, { method: "provider" });
        return { kind: "customer", ...created };
      }
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
    if (attempt === 3)
      throw new Error(`The account of a first sign-in through ${issuer} was created and deleted again.`);
  }
}

/**
 * Links an account at the identity provider to a customer. Returns null when the password is wrong.
 *
 * @throws LockedError, BusyError
 */
export async function linkAccount(
  link: { issuer: string; subject: string; userId: string; email: string },
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

export type ProviderLink = { id: string; issuer: string };

export async function listProviderLinks(user: { id: string }): Promise<ProviderLink[]> {
  const accounts = await db().account.findMany({
    where: { userId: user.id },
    select: { id: true, provider: true },
    orderBy: { provider: "asc" },
  });
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
  const { count } = await db().account.deleteMany({
    where: { id, userId: user.id, user: { passwordHash: { not: null } } },
  });
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
    // Another customer has this address.
    if (!isTaken(error)) throw error;
    return false;
  }
}

const isTaken = (error: unknown) => error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
