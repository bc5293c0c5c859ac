import "server-only";
import { db } from "@/lib/db";

/** Tickets that nobody has touched for so many milliseconds are deleted: a demo is no archive. */
const KEEP_FOR = 30 * 86_400_000;

/** Beyond these, the tickets go that nobody has touched for longest, and the oldest messages. */
const MOST_TICKETS = 2_000;
const MOST_MESSAGES = 100_000;
const MOST_MESSAGES_OF_TICKET = 1_000;

/** After how many messages this process counts them. */
const COUNT_EVERY = 100;

let sent = 0;

/** Deletes what is old or too much. Called with each message, so that no job has to run. */
export async function sweep(ticketId: number, isNewTicket: boolean): Promise<void> {
  if (sent++ % COUNT_EVERY === 0) {
    await db().$executeRaw`
      DELETE FROM "SandboxMessage" WHERE "id" IN (
        SELECT "id" FROM "SandboxMessage" WHERE "ticketId" = ${ticketId} ORDER BY "id" DESC OFFSET ${MOST_MESSAGES_OF_TICKET}
      )`;
    await db().$executeRaw`
      DELETE FROM "SandboxMessage" WHERE "id" <= (
        SELECT "id" FROM "SandboxMessage" ORDER BY "id" DESC OFFSET ${MOST_MESSAGES} LIMIT 1
      )`;
  }
  if (!isNewTicket) return;
  await db().sandboxTicket.deleteMany({ where: { lastActivity: { lt: new Date(Date.now() - KEEP_FOR) } } });
  await db().$executeRaw`
    DELETE FROM "SandboxTicket" WHERE "id" IN (
      SELECT "id" FROM "SandboxTicket" ORDER BY "lastActivity" DESC, "id" DESC OFFSET ${MOST_TICKETS}
    )`;
}
