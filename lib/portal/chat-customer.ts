import "server-only";
import { hasIdled } from "@/lib/auth/idle";
import type { Session } from "@/lib/auth/session";
import { db } from "@/lib/db";
import type { ChatCustomer } from "./identity-claims";

/** The session's customer as the chat needs them, read at once; null when the account or the session is gone. */
export async function findChatCustomer(
  session: Session,
): Promise<(ChatCustomer & { uniqueIdentifier: string; isDisabled: boolean }) | null> {
  if (await hasIdled(session, false)) return null;
  const user = await db().user.findUnique({
    where: { id: session.userId, sessionVersion: session.version },
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
