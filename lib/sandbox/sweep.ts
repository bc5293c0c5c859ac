import "server-only";
import { db } from "@/lib/db";

/** A demo is no archive: whatever nobody has touched for so many milliseconds goes. */
const KEEP_FOR = 30 * 86_400_000;

/** The most tickets that are kept: of more, those go that nobody has touched for longest. */
const MOST_TICKETS = 2_000;

/** Throws away what is old or too much. Called when a ticket is opened, so that no job has to run. */
export async function sweep(): Promise<void> {
  await db().sandboxTicket.deleteMany({ where: { lastActivity: { lt: new Date(Date.now() - KEEP_FOR) } } });
  await db().$executeRaw`
    DELETE FROM "SandboxTicket" WHERE "id" IN (
      SELECT "id" FROM "SandboxTicket" ORDER BY "lastActivity" DESC, "id" DESC OFFSET ${MOST_TICKETS}
    )`;
}
