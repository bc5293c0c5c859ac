import "server-only";
import { audit } from "@/lib/audit";
import { db } from "@/lib/db";
import type { Language } from "@/lib/i18n/languages";
import { getBrowserLanguage } from "@/lib/i18n/request";
import { Prisma } from "@/prisma/generated/client";
import { notify } from "./outbox";
import { limitAttempts, limitRegistrations } from "./sign-in-limits";
import { hashPassword, isTooLong, verifyPassword } from "./passwords";
import type { SessionUser } from "./session";

/** With the password hash or the passkey that was checked: no session is created once it has changed or gone. */
export type VerifiedUser = {
  id: string;
  email: string;
  passwordHash: string | null;
  passkeyId?: string;
  isPasskeyRequired: boolean;
};

export const isTaken = (error: unknown) =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";

export async function hasPassword(user: { id: string }): Promise<boolean> {
  return (await db().user.count({ where: { id: user.id, passwordHash: { not: null } } })) > 0;
}

export async function verifyCredentials(
  email: string,
  password: string,
  signal?: AbortSignal,
): Promise<VerifiedUser | null> {
  // Postgres rejects NUL, and Argon2 ignores a trailing one.
  if (isTooLong(password) || `${email}${password}`.includes("\0")) return null;
  return limitAttempts(email, async (isKnownDevice) => {
    const user = await db().user.findUnique({
      where: { email },
      select: { id: true, email: true, passwordHash: true, disabledAt: true, isPasskeyRequired: true },
    });
    const isRight = await verifyPassword(password, user?.passwordHash, { signal, isKnownDevice });
    if (!user?.passwordHash || !isRight || user.disabledAt) return null;
    return user;
  });
}

export async function changePassword(
  user: SessionUser,
  { current, next, removeLinks }: { current: string; next: string; removeLinks: boolean },
): Promise<"changed" | "wrong-password" | "signed-out" | "not-recent"> {
  const verified = await verifyCredentials(user.email, current);
  if (verified?.isPasskeyRequired && !user.isRecent) {
    await audit("password-changed", "refused", user, { reason: "not-recent" });
    return "not-recent";
  }
  const isRight = verified?.id === user.id;
  const passwordHash = isRight && (await hashPassword(next, { isKnownDevice: true }));
  const result = passwordHash ? await replacePassword(user, verified, passwordHash, removeLinks) : "wrong-password";
  await audit("password-changed", result === "changed" ? "success" : "refused", user, { removeLinks });
  if (result === "changed") await notify(user, "password-changed");
  return result;
}

async function replacePassword(
  { sessionId }: { sessionId: string },
  { id, passwordHash: previous }: VerifiedUser,
  passwordHash: string,
  removeLinks: boolean,
) {
  return db().$transaction(async (tx) => {
    if ((await tx.session.count({ where: { id: sessionId } })) === 0) return "signed-out";
    const { count } = await tx.user.updateMany({ where: { id, passwordHash: previous }, data: { passwordHash } });
    if (count === 0) return "wrong-password";
    await tx.session.deleteMany({ where: { userId: id } });
    await tx.emailLink.deleteMany({ where: { userId: id, purpose: "reset" } });
    if (removeLinks) await tx.account.deleteMany({ where: { userId: id } });
    return "changed";
  });
}

export async function renameUser(user: SessionUser, name: { firstName: string; lastName: string }): Promise<void> {
  if (name.firstName === user.firstName && name.lastName === user.lastName) return;
  await db().user.update({ where: { id: user.id }, data: name, select: { id: true } });
  await audit("name-changed", "success", user);
}

/** For new sign-ins and emails. Not with Prisma's update, which would also change `updatedAt`: the chat would mint again. */
export async function saveLanguage({ id }: SessionUser, language: Language): Promise<void> {
  await db().$executeRaw`UPDATE "User" SET "language" = ${language} WHERE "id" = ${id}::uuid`;
}

export type NewUser = { firstName: string; lastName: string; email: string; password: string };

/** Where no email can be sent: the address stays unconfirmed. */
export async function registerUser({ firstName, lastName, email, password }: NewUser): Promise<boolean> {
  return limitRegistrations(async () => {
    try {
      const passwordHash = await hashPassword(password);
      const language = await getBrowserLanguage();
      await db().user.create({ data: { firstName, lastName, email, passwordHash, language } });
      await audit("registration", "success", { email }, { method: "password" });
      return true;
    } catch (error) {
      if (!isTaken(error)) throw error;
      await audit("registration", "refused", { email }, { reason: "email-taken" });
      return false;
    }
  });
}
