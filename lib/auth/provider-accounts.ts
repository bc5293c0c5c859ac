import "server-only";
import { db } from "@/lib/db";
import { Prisma } from "@/prisma/generated/client";
import type { ProviderProfile } from "./provider-profile";
import { verifyCredentials, type SigningIn } from "./users";

/** Why somebody who has signed in at the provider does not get in here. NextAuth's names and ours: they stand in an address. */
export type Refusal = "AccessDenied" | "EmailMissing" | "EmailUnverified" | "EmailTaken";

/** What the portal makes of somebody who has signed in at the identity provider. */
export type Resolution =
  | ({ kind: "customer" } & SigningIn)
  /** Their e-mail is that of an account with a password: whose it is, only the password can say. */
  | { kind: "link"; userId: string; email: string }
  | { kind: "refused"; reason: Refusal };

/**
 * Finds the customer whose account at the provider this is, or makes them at their first sign-in. Found by the
 * issuer and the subject, never by the e-mail: whoever runs a provider, or changes an e-mail there, could be
 * anybody. The database makes the unique identifier, once, however many first sign-ins there are at the same moment.
 *
 * @param issuer the provider's address, as in the environment
 */
export async function resolveCustomer(issuer: string, profile: ProviderProfile): Promise<Resolution> {
  const { subject, email, isEmailUnverified, firstName, lastName } = profile;
  const account = { provider: issuer, providerAccountId: subject };

  // Whoever loses a race finds at the next look what the winner has made.
  for (let look = 1; ; look++) {
    const known = await db().account.findUnique({
      where: { provider_providerAccountId: account },
      select: { user: { select: { id: true, email: true, sessionVersion: true, disabledAt: true } } },
    });
    if (known) {
      const { id, sessionVersion, disabledAt } = known.user;
      if (disabledAt) return { kind: "refused", reason: "AccessDenied" };
      if (email && !isEmailUnverified && email !== known.user.email) await takeEmailOver(id, email);
      return { kind: "customer", id, sessionVersion };
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
          data: { email, firstName, lastName, accounts: { create: { type: "oauth", ...account } } },
          select: { id: true, sessionVersion: true },
        });
        return { kind: "customer", ...created };
      }
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
    if (look === 3) throw new Error(`The account of a first sign-in through ${issuer} was made and has gone again.`);
  }
}

/**
 * Links an account at the provider to the customer whose password this is: from then on both ways lead to the
 * same unique identifier.
 *
 * @returns null when the password is not that of this very customer
 * @throws LockedError after too many wrong ones
 */
export async function linkAccount(
  link: { issuer: string; subject: string; userId: string; email: string },
  password: string,
): Promise<SigningIn | null> {
  const user = await verifyCredentials(link.email, password);
  // The e-mail can have become another customer's since the provider has named it.
  if (!user || user.id !== link.userId) return null;
  const account = { provider: link.issuer, providerAccountId: link.subject };
  const { userId } = await db().account.upsert({
    where: { provider_providerAccountId: account },
    create: { type: "oauth", ...account, userId: user.id },
    update: {},
    select: { userId: true },
  });
  return userId === user.id ? user : null;
}

/** The provider's e-mail becomes ours, for customers who have no password to sign in with by the old one, and when it is free. */
async function takeEmailOver(userId: string, email: string): Promise<void> {
  try {
    await db().user.updateMany({ where: { id: userId, passwordHash: null }, data: { email } });
  } catch (error) {
    // Another customer has it: this one keeps the old.
    if (!isTaken(error)) throw error;
  }
}

/** Only the database can tell, without a race, that somebody else was first. */
const isTaken = (error: unknown) => error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
