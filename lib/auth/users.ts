import "server-only";
import { audit } from "@/lib/audit";
import { db } from "@/lib/db";
import { canonicalizeEmail } from "@/lib/email";
import { Prisma } from "@/prisma/generated/client";
import { limitAttempts } from "./limits";
import { hashPassword, isTooLong, verifyPassword } from "./passwords";

/** `passwordHash` is the one that was verified: it may have changed since. */
export type VerifiedUser = { id: string; email: string; passwordHash: string };

export const MAX_EMAIL_LENGTH = 320;

/** False for customers who only use an identity provider. */
export async function hasPassword(user: { id: string }): Promise<boolean> {
  return (await db().user.count({ where: { id: user.id, passwordHash: { not: null } } })) > 0;
}

/**
 * The enabled user with this email address and password, or null, after the same amount of work.
 *
 * @throws LockedError, BusyError
 */
export async function verifyCredentials(
  email: string,
  password: string,
  signal?: AbortSignal,
): Promise<VerifiedUser | null> {
  if (email.length > MAX_EMAIL_LENGTH || isTooLong(password)) return null;
  // Postgres rejects NUL, and Argon2 ignores a trailing one.
  if (`${email}${password}`.includes("\0")) return null;
  const canonical = canonicalizeEmail(email);
  return limitAttempts(canonical, async (isKnownDevice) => {
    const user = await db().user.findUnique({
      where: { email: canonical },
      select: { id: true, email: true, passwordHash: true, disabledAt: true },
    });
    const isRight = await verifyPassword(password, user?.passwordHash, { signal, isKnownDevice });
    if (!user?.passwordHash || !isRight || user.disabledAt) return null;
    return { id: user.id, email: user.email, passwordHash: user.passwordHash };
  });
}

/**
 * Changes the password and ends all sessions. Returns false when the current password is wrong.
 *
 * @throws LockedError, BusyError
 */
export async function changePassword(
  user: { id: string; email: string; sessionId: string },
  { current, next, removeLinks }: { current: string; next: string; removeLinks: boolean },
): Promise<boolean> {
  const verified = await verifyCredentials(user.email, current);
  const isChanged =
    verified?.id === user.id && (await replacePassword(verified, await hashPassword(next), removeLinks));
  await audit("password-changed", isChanged ? "success" : "refused", user, { removeLinks });
  return isChanged;
}

async function replacePassword(
  { id, passwordHash: previous }: VerifiedUser,
  passwordHash: string,
  removeLinks: boolean,
): Promise<boolean> {
  return db().$transaction(async (tx) => {
    const { count } = await tx.user.updateMany({ where: { id, passwordHash: previous }, data: { passwordHash } });
    if (count === 0) return false;
    await tx.session.deleteMany({ where: { userId: id } });
    if (removeLinks) await tx.account.deleteMany({ where: { userId: id } });
    return true;
  });
}

/** Creates a customer, or returns null when the email address already has an account. */
export async function registerUser(input: {
  firstName: string;
  lastName: string;
  email: string;
  password: string;
}): Promise<{ id: string } | null> {
  const { firstName, lastName, password } = input;
  const email = canonicalizeEmail(input.email);
  try {
    const user = await db().user.create({
      data: { firstName, lastName, email, passwordHash: await hashPassword(password) },
      select: { id: true },
    });
    await audit("registration", "success", { email }, { method: "password" });
    return user;
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")) throw error;
    await audit("registration", "refused", { email }, { reason: "email-taken" });
    return null;
  }
}
