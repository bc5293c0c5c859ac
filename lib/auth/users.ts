import "server-only";
import { db } from "@/lib/db";
import { Prisma } from "@/prisma/generated/client";
import { hashPassword, verifyPassword } from "./passwords";

/** The user whose e-mail and password these are, or null: also for a disabled account, and after the same work. */
export async function verifyCredentials(email: string, password: string): Promise<{ id: string } | null> {
  // Postgres knows no NUL, and to a hash a password with one at its end is the same without.
  if (`${email}${password}`.includes("\0")) return null;
  const user = await db().user.findUnique({
    where: { email: normalizeEmail(email) },
    select: { id: true, passwordHash: true, disabledAt: true },
  });
  const isRight = await verifyPassword(password, user?.passwordHash);
  return user && isRight && !user.disabledAt ? { id: user.id } : null;
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
      data: { firstName, lastName, email: normalizeEmail(email), passwordHash: await hashPassword(password) },
      select: { id: true },
    });
  } catch (error) {
    // Only the database can tell, without a race, that somebody else was first.
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") return null;
    throw error;
  }
}

/** E-mails are matched without regard to case, and a trigger stores them so. */
function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}
