import "server-only";
import { db } from "@/lib/db";
import { canonicalizeEmail } from "@/lib/email";
import { log } from "@/lib/log";
import { Prisma } from "@/prisma/generated/client";
import { limitTries } from "./limits";
import { hashPassword, verifyPassword } from "./passwords";

/** A user who signs in: what the session's cookie will hold of them. */
export type SigningIn = { id: string; sessionVersion: number };

/** Whether the customer has a password here, and not at an identity provider alone. */
export async function hasPassword(user: { id: string }): Promise<boolean> {
  return (await db().user.count({ where: { id: user.id, passwordHash: { not: null } } })) > 0;
}

/**
 * The user whose e-mail and password these are, or null: also for a disabled account, and after the same work.
 *
 * @throws LockedError after too many wrong ones
 */
export async function verifyCredentials(email: string, password: string): Promise<SigningIn | null> {
  // Postgres knows no NUL, and to a hash a password with one at its end is the same without.
  if (`${email}${password}`.includes("\0")) return null;
  const normalized = canonicalizeEmail(email);
  return limitTries(normalized, async () => {
    const user = await db().user.findUnique({
      where: { email: normalized },
      select: { id: true, sessionVersion: true, passwordHash: true, disabledAt: true },
    });
    const isRight = await verifyPassword(password, user?.passwordHash);
    return user && isRight && !user.disabledAt ? { id: user.id, sessionVersion: user.sessionVersion } : null;
  });
}

/** Ends every session of this customer at its next request, on every device. */
export async function endAllSessions(userId: string): Promise<void> {
  await db().user.update({ where: { id: userId }, data: { sessionVersion: { increment: 1 } }, select: { id: true } });
  log("info", "all sessions ended", { userId });
}

/**
 * Changes the customer's password, which ends every session of theirs.
 *
 * @returns false when the current one is wrong
 * @throws LockedError after too many wrong ones
 */
export async function changePassword(
  user: { id: string; email: string },
  current: string,
  next: string,
): Promise<boolean> {
  if (!(await verifyCredentials(user.email, current))) return false;
  await db().user.update({
    where: { id: user.id },
    data: { passwordHash: await hashPassword(next), sessionVersion: { increment: 1 } },
    select: { id: true },
  });
  log("info", "password changed", { userId: user.id });
  return true;
}

/** Creates a customer, or returns null when the e-mail has an account already. The database makes the unique identifier. */
export async function registerUser(input: {
  firstName: string;
  lastName: string;
  email: string;
  password: string;
}): Promise<{ id: string } | null> {
  const { firstName, lastName, email, password } = input;
  try {
    return await db().user.create({
      data: { firstName, lastName, email: canonicalizeEmail(email), passwordHash: await hashPassword(password) },
      select: { id: true },
    });
  } catch (error) {
    // Only the database can tell, without a race, that somebody else was first.
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") return null;
    throw error;
  }
}
