import "server-only";
import { isIP } from "node:net";
import { audit } from "@/lib/audit";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { notify } from "./outbox";
import { lockAccount, makePasskeyOptional } from "./recovery-codes";
import type { SessionUser } from "./session";

/** Null where passkeys are not offered: without a fixed address, and on IP addresses, which browsers refuse. */
export function findRelyingParty(): { id: string; origin: string } | null {
  const { siteUrl } = env();
  if (!siteUrl) return null;
  const { hostname, origin } = new URL(siteUrl);
  return isIP(hostname.replace(/^\[|\]$/g, "")) ? null : { id: hostname, origin };
}

export type PasskeyOverview = Awaited<ReturnType<typeof readPasskeyOverview>>;

export async function readPasskeyOverview(user: { id: string }) {
  const { isPasskeyRequired, passkeys, passwordHash, _count } = await db().user.findUniqueOrThrow({
    where: { id: user.id },
    select: {
      isPasskeyRequired: true,
      passwordHash: true,
      passkeys: {
        select: { id: true, name: true, isBackedUp: true, createdAt: true, lastUsedAt: true },
        orderBy: { createdAt: "asc" },
      },
      _count: { select: { recoveryCodes: true } },
    },
  });
  return { passkeys, isPasskeyRequired, hasPassword: passwordHash !== null, codesLeft: _count.recoveryCodes };
}

export async function renamePasskey(user: SessionUser, id: string, name: string): Promise<boolean> {
  return (await db().passkey.updateMany({ where: { id, userId: user.id }, data: { name } })).count > 0;
}

export async function removePasskey(user: SessionUser, id: string): Promise<"removed" | "last-required" | null> {
  const result = await db().$transaction(async (tx) => {
    const row = await lockAccount(tx, user);
    if (!row || (await tx.passkey.deleteMany({ where: { id, userId: user.id } })).count === 0) return null;
    if (!row.isPasskeyRequired || (await tx.passkey.count({ where: { userId: user.id } })) > 0) return "removed";
    await makePasskeyOptional(user, tx);
    return "last-required";
  });
  if (!result) return null;
  await audit("passkey-removed", "success", user, { isLastRequired: result === "last-required" });
  await notify(user, "passkey-removed");
  if (result === "last-required") await notify(user, "passkey-optional");
  return result;
}
