import "server-only";
import type { SessionUser } from "@/lib/auth/session";
import { db } from "@/lib/db";

/** Changes the customer's name. The unique identifier never changes, so that the chat stays theirs. */
export async function renameCustomer(user: SessionUser, name: { firstName: string; lastName: string }): Promise<void> {
  const { firstName, lastName } = name;
  await db().user.update({ where: { id: user.id }, data: { firstName, lastName }, select: { id: true } });
}
