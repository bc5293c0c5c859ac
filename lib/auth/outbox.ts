import "server-only";
import { after } from "next/server";
import { hashAccount } from "@/lib/audit";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { DEFAULT_LANGUAGE, toLanguage } from "@/lib/i18n/languages";
import { getBrowserLanguage } from "@/lib/i18n/request";
import { log } from "@/lib/log";
import { sendMail } from "@/lib/mail";
import { createLimit } from "@/lib/rate-limit";
import { Prisma, type Mail } from "@/prisma/generated/client";
import { describeOccasion } from "./devices";
import { composeMail, isForAnyAddress, type MailJob, type Notice } from "./mail-messages";

const SENDERS = 3;
/** Renewed while an instance is sending. If it is killed, another one takes over after this time. */
const LEASE = 60_000;
const FIRST_DELAY = 5_000;
const MAX_DELAY = 3_600_000;
const GIVE_UP_AFTER = 86_400_000;

// In the worker, not in the request: no response shows that a limit was reached, or that an account exists.
const mailsPerRecipient = createLimit("mail-to", 5, 1_800);

/** Queues an email. It is composed and sent after the response, so that no response depends on whether the address is known. */
export async function queueMail(job: MailJob, tx: Prisma.TransactionClient = db()): Promise<void> {
  if (!env().mail) return;
  await tx.mail.create({ data: { ...job, language: await getBrowserLanguage(), dueAt: new Date() } });
  after(deliverMail);
}

export async function notify({ email }: { email: string }, notice: Notice): Promise<void> {
  await queueMail({ kind: "notice", email, data: { notice, ...(await describeOccasion()) } });
}

const globals = globalThis as { mailSenders?: number };

export async function deliverMail(): Promise<void> {
  if (!env().mail || (globals.mailSenders ?? 0) >= SENDERS) return;
  globals.mailSenders = (globals.mailSenders ?? 0) + 1;
  try {
    for (let mail = await takeMail(); mail; mail = await takeMail()) await deliver(mail);
    await db().emailLink.deleteMany({ where: { expiresAt: { lt: new Date() } }, limit: 100 });
  } catch (error) {
    log.warn({ err: error }, "emails not sent");
  } finally {
    globals.mailSenders--;
  }
}

async function takeMail(): Promise<Mail | undefined> {
  const now = new Date();
  const [mail] = await db().$queryRaw<Mail[]>`
    UPDATE "Mail" SET "attempts" = "attempts" + 1, "dueAt" = ${new Date(now.getTime() + LEASE)}
    WHERE "id" = (SELECT "id" FROM "Mail" WHERE "dueAt" <= ${now} ORDER BY "kind" = 'registration', "dueAt" LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *`;
  return mail;
}

async function deliver({ id, kind, email, data, language, attempts, createdAt }: Mail): Promise<void> {
  const fields = { mail: id, kind, attempts, account: hashAccount(email) };
  const setDue = (delay: number) =>
    db().mail.updateMany({ where: { id }, data: { dueAt: new Date(Date.now() + delay) } });
  const renewal = setInterval(
    () => setDue(LEASE).catch((error: unknown) => log.warn({ err: error }, "lease not renewed")),
    LEASE / 3,
  );
  try {
    const job = { kind, email, data } as MailJob;
    const isOverLimit =
      attempts === 1 && isForAnyAddress(job) && (await mailsPerRecipient.count(`${kind}:${hashAccount(email)}`)) > 0;
    if (isOverLimit) log.warn(fields, "email dropped: too many for this address");
    const message = isOverLimit ? null : await composeMail(id, job, toLanguage(language) ?? DEFAULT_LANGUAGE);
    if (message) await sendMail(id, email, message);
    await db().mail.deleteMany({ where: { id } });
  } catch (error) {
    const { responseCode, code, command } = error as { responseCode?: number; code?: string; command?: string };
    // Without a response, the message is not the server's text, which may contain an address.
    const reason = { responseCode, code, command, text: responseCode ? undefined : String(error).slice(0, 200) };
    const age = Date.now() - createdAt.getTime();
    // The server answered about this message or its recipient. A refused sign-in or sender can be repaired.
    const isPermanent = (responseCode ?? 0) >= 500 && (command === "RCPT TO" || command === "DATA");
    if (isPermanent || age > GIVE_UP_AFTER) {
      log.error({ ...fields, reason }, "email given up");
      await db().mail.deleteMany({ where: { id } });
      return;
    }
    log.warn({ ...fields, reason }, "email not sent yet");
    await setDue(Math.min(FIRST_DELAY * 2 ** (attempts - 1), MAX_DELAY));
  } finally {
    clearInterval(renewal);
  }
}

/** Also retries, and takes over from instances that ended. */
export function startMailDelivery(): void {
  if (env().mail) setInterval(deliverMail, 5_000).unref();
}
