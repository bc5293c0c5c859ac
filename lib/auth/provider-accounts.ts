import "server-only";
import { audit, hashAccount } from "@/lib/audit";
import { db } from "@/lib/db";
import { getBrowserLanguage } from "@/lib/i18n/request";
import { env } from "@/lib/env";
import { toSafePath } from "./callback-url";
import { encryptedCookie } from "./cookies";
import { describeOccasion } from "./devices";
import { notify, queueMail } from "./outbox";
import type { ProviderProfile } from "./provider-profile";
import { PasskeyRequiredError } from "./recovery-codes";
import { isTaken, verifyCredentials, type VerifiedUser } from "./users";

type Refusal = "AccessDenied" | "EmailMissing" | "EmailUnverified" | "EmailTaken";

export type Resolution =
  | { kind: "customer"; id: string; email: string }
  | { kind: "link"; userId: string; email: string }
  | { kind: "refused"; reason: Refusal };

/** Issuer and subject identify an account, never the email address, which people can change at the provider. */
export async function resolveCustomer(issuer: string, profile: ProviderProfile): Promise<Resolution> {
  const { subject, email, isEmailUnverified, isEmailConfirmed, firstName, lastName } = profile;
  const account = { provider: issuer, providerAccountId: subject };
  const emailConfirmedAt = isEmailConfirmed ? new Date() : null;

  // Read before the account: in a race of first sign-ins, a loser that sees the winner's user also sees its account.
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
    const language = await getBrowserLanguage();
    const created = await db().user.create({
      data: { email, emailConfirmedAt, firstName, lastName, language, accounts: { create: account } },
      select: { id: true, email: true },
    });
    await audit("registration", "success", { email }, { method: "provider" });
    return { kind: "customer", ...created };
  } catch (error) {
    if (!isTaken(error)) throw error;
    return resolveCustomer(issuer, profile);
  }
}

type LinkRequest = { issuer: string; subject: string; userId: string; email: string; callbackUrl: string };

export const linkRequestCookie = encryptedCookie<LinkRequest>("portal.link-request", 600);

export async function readLinkRequest(): Promise<LinkRequest | null> {
  const request = await linkRequestCookie.read();
  if (!request || request.issuer !== env().oidc?.issuer) return null;
  return { ...request, callbackUrl: toSafePath(request.callbackUrl) };
}

export async function linkAccount(link: LinkRequest, password: string): Promise<VerifiedUser | null> {
  const user = await verifyCredentials(link.email, password);
  // The email address may belong to another customer by now.
  if (!user || user.id !== link.userId) return null;
  if (user.isPasskeyRequired) throw new PasskeyRequiredError();
  const account = { provider: link.issuer, providerAccountId: link.subject };
  const isLinked = await db().$transaction(async (tx) => {
    // FOR SHARE waits for a concurrent password change, which may remove all links.
    const [current] = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM "User" WHERE "id" = ${user.id}::uuid AND "passwordHash" = ${user.passwordHash} AND NOT "isPasskeyRequired"
      FOR SHARE`;
    if (!current) return false;
    const create = { ...account, userId: user.id };
    const { userId } = await tx.account.upsert({ where: { provider_providerAccountId: account }, create, update: {} });
    return userId === user.id;
  });
  if (!isLinked) return null;
  await audit("provider-link-added", "success", user, { issuer: link.issuer });
  await notify(user, "link-added");
  await linkRequestCookie.clear();
  return user;
}

export async function isLinked(userId: string, issuer: string, subject: string): Promise<boolean> {
  return (await db().account.count({ where: { userId, provider: issuer, providerAccountId: subject } })) > 0;
}

export async function listProviderLinks(user: { id: string }): Promise<{ id: string; issuer: string }[]> {
  const accounts = await db().account.findMany({ where: { userId: user.id }, orderBy: { provider: "asc" } });
  return accounts.map(({ id, provider }) => ({ id, issuer: provider }));
}

export async function removeProviderLinks(
  user: { id: string; email: string; sessionId: string },
  id: string,
): Promise<number> {
  const where = { id, userId: user.id, user: { passwordHash: { not: null } } };
  const { count } = await db().account.deleteMany({ where });
  if (count === 0) return 0;
  await db().session.deleteMany({ where: { userId: user.id, isFromProvider: true, id: { not: user.sessionId } } });
  await audit("provider-link-removed", "success", user, { count });
  await notify(user, "link-removed");
  return count;
}

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
    if (isNew && count > 0) {
      await audit("email-changed", "success", user, { newAccount: hashAccount(email) });
      const data = { userId: user.id, canUndo: false, ...(await describeOccasion()) };
      if (user.emailConfirmedAt) await queueMail({ kind: "email-changed", email: user.email, data });
    }
    return count > 0;
  } catch (error) {
    if (!isTaken(error)) throw error;
    return false;
  }
}
