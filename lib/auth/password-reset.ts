import "server-only";
import { audit } from "@/lib/audit";
import { readClientAddress } from "@/lib/client-address";
import { db } from "@/lib/db";
import { createLimit } from "@/lib/rate-limit";
import { rememberDevice } from "./devices";
import { closeLink, consumeLink, type EmailLink } from "./email-links";
import { notify, queueMail } from "./outbox";
import { hashPassword } from "./passwords";
import { withSlots } from "./sign-in-limits";

const requestsPerAddress = createLimit("reset-from", 50, 900);
const requestsOverall = createLimit("reset-overall", 600, 60);

/** The same work and response whether or not the address has an account. Returns the number of seconds to wait after too many requests. */
export async function requestReset(email: string): Promise<number> {
  const address = await readClientAddress();
  const seconds = (address && (await requestsPerAddress.count(address))) || (await requestsOverall.count("all"));
  if (seconds > 0) return seconds;
  await queueMail({ kind: "reset", email, data: {} });
  await audit("password-reset-requested", "success", { email });
  return 0;
}

export async function listOtherSignIns({ userId }: EmailLink) {
  return db().user.findUniqueOrThrow({
    where: { id: userId! },
    select: { isPasskeyRequired: true, _count: { select: { accounts: true, passkeys: true } } },
  });
}

export async function resetPassword(
  { id: linkId, userId, email, passwordHash: previous, user }: EmailLink,
  password: string,
  { removeLinks, removePasskeys }: { removeLinks: boolean; removePasskeys: boolean },
): Promise<boolean> {
  const id = userId!;
  // Few at a time for each link: hashing keeps others waiting.
  const passwordHash = await withSlots([{ key: linkId, most: 2 }], () => hashPassword(password));
  // A stranger may have registered an address that was never confirmed.
  const isOwner = user!.emailConfirmedAt !== null;
  const isReset = await db().$transaction(async (tx) => {
    if (!(await consumeLink(tx, linkId))) return false;
    const { count } = await tx.user.updateMany({
      where: { id, email, passwordHash: previous },
      data: { passwordHash, ...(!isOwner && { emailConfirmedAt: new Date(), isPasskeyRequired: false }) },
    });
    if (count === 0) return false;
    await tx.session.deleteMany({ where: { userId: id } });
    await tx.emailLink.deleteMany({ where: { userId: id, purpose: { not: "undo" } } });
    if (removeLinks || !isOwner) await tx.account.deleteMany({ where: { userId: id } });
    // A mailbox does not replace the second factor.
    if (removePasskeys || !isOwner)
      await tx.passkey.deleteMany({ where: { userId: id, user: { isPasskeyRequired: false } } });
    if (!isOwner) await tx.recoveryCode.deleteMany({ where: { userId: id } });
    return true;
  });
  await audit("password-reset", isReset ? "success" : "refused", { email }, { removeLinks, removePasskeys });
  if (!isReset) return false;
  await closeLink("reset-password");
  // The new password also works where strangers have locked the account.
  await rememberDevice(email);
  await notify({ email }, "password-changed");
  return true;
}
