import "server-only";
import { randomUUID } from "node:crypto";
import { audit, hashAccount } from "@/lib/audit";
import { db } from "@/lib/db";
import { getBrowserLanguage } from "@/lib/i18n/request";
import { createLimit, type Limit } from "@/lib/rate-limit";
import type { Prisma } from "@/prisma/generated/client";
import { encryptedCookie } from "./cookies";
import { describeOccasion, rememberDevice } from "./devices";
import { closeLink, consumeLink, openNewLink, reserveLink, type EmailLink, type UndoData } from "./email-links";
import type { MailJob, Registration } from "./mail-messages";
import { queueMail } from "./outbox";
import { hashPassword, verifyPassword } from "./passwords";
import type { SessionUser } from "./session";
import { limitAttempts, limitRegistrations } from "./sign-in-limits";
import { isTaken, type NewUser, type VerifiedUser } from "./users";

const resends = createLimit("resend", 3, 900);
const changes = createLimit("email-change", 5, 3_600);

const registrationCookie = encryptedCookie<Registration & { email: string }>("portal.registration", 86_400);

async function queueLimited(limit: Limit, key: string, job: MailJob): Promise<number> {
  const seconds = await limit.count(key);
  if (seconds === 0) await queueMail(job);
  return seconds;
}

/** The same work and response whether or not the address has an account: only the email says which. */
export async function requestRegistration({ firstName, lastName, email, password }: NewUser): Promise<void> {
  await limitRegistrations(async () => {
    const data = { id: randomUUID(), firstName, lastName, passwordHash: await hashPassword(password) };
    await registrationCookie.write({ email, ...data });
    await queueMail({ kind: "registration", email, data });
    await audit("registration-requested", "success", { email });
  });
}

export const readRegistration = () => registrationCookie.read();

export async function resendRegistration(): Promise<number> {
  const registration = await readRegistration();
  if (!registration) return 0;
  const { email, id, firstName, lastName, passwordHash } = registration;
  const data = { id, firstName, lastName, passwordHash };
  return limitRegistrations(() => queueLimited(resends, id, { kind: "registration", email, data }));
}

/** A stranger may have registered this address: in another browser, the owner of the mailbox has to know the password. */
export async function needsPassword(link: EmailLink): Promise<boolean> {
  return (await readRegistration())?.id !== (link.data as Registration).id;
}

export async function confirmRegistration(
  link: EmailLink,
  password: string,
): Promise<VerifiedUser | "used" | "taken" | "wrong-password"> {
  const { email, passwordHash } = link;
  const { firstName, lastName } = link.data as Registration;
  if (await needsPassword(link)) {
    const isRight = await limitAttempts(email, async () => (await verifyPassword(password, passwordHash)) || null);
    if (!isRight) {
      await audit("registration", "refused", { email }, { reason: "wrong-password" });
      return "wrong-password";
    }
  }
  const language = await getBrowserLanguage();
  const user = await db()
    .$transaction(async (tx) => {
      if (!(await consumeLink(tx, link.id))) return "used";
      const { id } = await tx.user.create({
        data: { email, firstName, lastName, passwordHash, language, emailConfirmedAt: new Date() },
        select: { id: true },
      });
      await tx.emailLink.deleteMany({ where: { email, purpose: "registration" } });
      return { id, email, passwordHash, isPasskeyRequired: false };
    })
    .catch(toTaken);
  if (typeof user === "string") return user;
  await audit("registration", "success", { email }, { method: "password" });
  await registrationCookie.clear();
  await closeLink("confirm-email");
  await rememberDevice(email);
  return user;
}

function toTaken(error: unknown): "taken" {
  if (isTaken(error)) return "taken";
  throw error;
}

export const sendConfirmation = ({ id: userId, email }: SessionUser) =>
  queueLimited(resends, userId, { kind: "confirmation", email, data: { userId } });

export const requestEmailChange = ({ id: userId, sessionId }: SessionUser, email: string) =>
  queueLimited(changes, userId, { kind: "change", email, data: { userId, sessionId } });

export async function confirmAddress(user: SessionUser, link: EmailLink): Promise<"done" | "used" | "taken"> {
  const { purpose, email, passwordHash } = link;
  const { id } = user;
  const isChange = purpose === "change";
  const result = await db()
    .$transaction(async (tx) => {
      if (!(await consumeLink(tx, link.id))) return "used";
      const { count } = await tx.user.updateMany({
        where: isChange ? { id, email: user.email, passwordHash } : { id, email },
        data: { email, emailConfirmedAt: new Date() },
      });
      if (count === 0) return "used";
      if (!isChange) return "done";
      await tx.emailLink.deleteMany({ where: { userId: id, purpose: { not: "undo" } } });
      await announceChange(user, email, tx);
      return "done";
    })
    .catch(toTaken);
  if (result !== "done") return result;
  await closeLink("confirm-email");
  if (!isChange) await audit("email-confirmed", "success", user);
  else {
    await audit("email-changed", "success", user, { newAccount: hashAccount(email) });
    await rememberDevice(email);
  }
  return "done";
}

/** Only the first of several changes can be undone: otherwise a thief could undo the owner's recovery. */
async function announceChange(user: SessionUser, newEmail: string, tx: Prisma.TransactionClient): Promise<void> {
  const { id: userId, email, emailConfirmedAt } = user;
  const id = randomUUID();
  const data: UndoData = { newEmail };
  const pending = { userId, purpose: "undo", expiresAt: { gt: new Date() } } as const;
  const canUndo = (await tx.emailLink.updateMany({ where: pending, data: { data } })).count === 0;
  if (canUndo) await reserveLink({ id, purpose: "undo", userId, email, data }, tx);
  // Nobody gets the link of an address that was never confirmed: it may be a stranger's.
  if (!emailConfirmedAt) return;
  await queueMail({ id, kind: "email-changed", email, data: { userId, canUndo, ...(await describeOccasion()) } }, tx);
}

/** Restores the address, ends all sessions, and opens a link for a new password. The old password no longer works. */
export async function undoEmailChange({ id, email, user }: EmailLink): Promise<"done" | "used" | "taken"> {
  const { id: userId, email: replaced, emailConfirmedAt } = user!;
  const passwordHash = await hashPassword(randomUUID());
  const result = await db()
    .$transaction(async (tx) => {
      if (!(await consumeLink(tx, id))) return "used";
      await tx.user.update({
        where: { id: userId },
        data: { email, emailConfirmedAt: new Date(), passwordHash },
        select: { id: true },
      });
      await tx.session.deleteMany({ where: { userId } });
      await tx.emailLink.deleteMany({ where: { userId } });
      await openNewLink({ id: randomUUID(), purpose: "reset", userId, email, passwordHash }, tx);
      const data = { userId, canUndo: false, ...(await describeOccasion()) };
      if (emailConfirmedAt) await queueMail({ kind: "email-changed", email: replaced, data }, tx);
      return "done";
    })
    .catch(toTaken);
  if (result !== "done") return result;
  await audit("email-changed", "success", { email: replaced }, { newAccount: hashAccount(email), isUndone: true });
  await closeLink("undo-email-change");
  return "done";
}
