import "server-only";
import { execute } from "./schema";

const KEEP_FOR_DAYS = 30;
const MAX_TICKETS = 2_000;
const MAX_MESSAGES = 100_000;
const MAX_MESSAGES_OF_TICKET = 1_000;

const COUNT_EVERY = 100;

let sent = 0;

/** Deletes old tickets and messages. Called with each message, so that no job has to run. */
export async function sweep(ticketId: number, isNewTicket: boolean): Promise<void> {
  if (sent++ % COUNT_EVERY === 0) {
    await execute`
      DELETE FROM sandbox."Message" WHERE "id" IN (
        SELECT "id" FROM sandbox."Message" WHERE "ticketId" = ${ticketId} ORDER BY "id" DESC OFFSET ${MAX_MESSAGES_OF_TICKET}
      )`;
    await execute`
      DELETE FROM sandbox."Message" WHERE "id" <= (
        SELECT "id" FROM sandbox."Message" ORDER BY "id" DESC OFFSET ${MAX_MESSAGES} LIMIT 1
      )`;
  }
  if (!isNewTicket) return;
  await execute`
    DELETE FROM sandbox."Ticket" WHERE "lastActivity" < now() - make_interval(days => ${KEEP_FOR_DAYS}::int) OR "id" IN (
      SELECT "id" FROM sandbox."Ticket" ORDER BY "lastActivity" DESC, "id" DESC OFFSET ${MAX_TICKETS}
    )`;
}
