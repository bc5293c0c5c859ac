import "server-only";
import { explainDatabaseError, type DatabaseProblem } from "@/lib/database-errors";
import { db } from "@/lib/db";
import { log } from "@/lib/log";
import { compareMigrations, RECORDED_MIGRATIONS, type RecordedMigration } from "@/lib/migrations";
import { Prisma } from "@/prisma/generated/client";
import { MIGRATIONS } from "@/prisma/generated/migrations";

/** What keeps this instance from working, or null: whether the database answers, is migrated and accepts writes. */
export async function findProblem(): Promise<DatabaseProblem | null> {
  try {
    const [row] = await db().$queryRaw<[{ isReadOnly: boolean; recorded: RecordedMigration[] }]>`
      SELECT current_setting('transaction_read_only') = 'on' AS "isReadOnly",
        (SELECT coalesce(json_agg(recorded), '[]') FROM (${Prisma.raw(RECORDED_MIGRATIONS)}) AS recorded) AS "recorded"`;
    const { pending } = compareMigrations(MIGRATIONS, row.recorded);
    if (pending.length > 0)
      return {
        code: "un-migrated",
        found: `The database lacks ${pending.join(", ")}.`,
        todo: "Run npm run db:migrate.",
      };
    return row.isReadOnly ? explainDatabaseError({ code: "25006" }) : null;
  } catch (error) {
    return explainDatabaseError(error);
  }
}

/** Logs what is wrong when a server starts, which does not stop it: the database may come up later. */
export async function logHealth(): Promise<void> {
  const problem = await findProblem();
  if (problem) log.error(problem, "not ready");
}
