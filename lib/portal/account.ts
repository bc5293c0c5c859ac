import "server-only";
import { audit } from "@/lib/audit";
import type { SessionUser } from "@/lib/auth/session";
import { db } from "@/lib/db";

export async function renameCustomer(user: SessionUser, name: { firstName: string; lastName: string }): Promise<void> {
  const { firstName, lastName } = name;
  if (firstName === user.firstName && lastName === user.lastName) return;
  await db().user.update({ where: { id: user.id }, data: { firstName, lastName }, select: { id: true } });
  await audit("name-changed", "success", user);
}
