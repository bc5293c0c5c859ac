import "server-only";
import { db } from "@/lib/db";
import type { ChatCustomer } from "./identity-claims";

/**
 * The customer with this id as the chat needs them, read at once; null when the account is gone.
 *
 * @param userId the id in the session, never one from a request
 */
export async function findChatCustomer(
  userId: string,
): Promise<(ChatCustomer & { uniqueIdentifier: string; isDisabled: boolean }) | null> {
  const user = await db().user.findUnique({
    where: { id: userId },
    select: {
      uniqueIdentifier: true,
      disabledAt: true,
      firstName: true,
      lastName: true,
      plan: true,
      email: true,
      createdAt: true,
      policies: { select: { number: true }, orderBy: { createdAt: "desc" }, take: 20 },
      insuranceClaims: {
        where: { state: { notIn: ["paid", "declined"] } },
        select: { number: true, title: true, state: true },
        orderBy: { createdAt: "desc" },
        take: 20,
      },
    },
  });
  if (!user) return null;
  const { disabledAt, insuranceClaims, ...customer } = user;
  return { ...customer, openInsuranceClaims: insuranceClaims, isDisabled: disabledAt !== null };
}
