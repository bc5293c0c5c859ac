import "server-only";
import { explainDatabaseError, type DatabaseProblem } from "@/lib/database-errors";
import { db } from "@/lib/db";
import { log } from "@/lib/log";
import { MIGRATIONS } from "@/prisma/generated/migrations";

export async function findProblem(): Promise<DatabaseProblem | null> {
  try {
    const [row] = await db().$queryRaw<[{ isReadOnly: boolean; applied: string[] }]>`
      SELECT current_setting('transaction_read_only') = 'on' AS "isReadOnly",
        ARRAY(SELECT migration_name FROM _prisma_migrations
          WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL) AS "applied"`;
    const pending = MIGRATIONS.filter((name) => !row.applied.includes(name));
    if (pending.length > 0)
      return { ...explainDatabaseError({ code: "42P01" }), found: `Migrations are missing: ${pending.join(", ")}.` };
    return row.isReadOnly ? explainDatabaseError({ code: "25006" }) : null;
  } catch (error) {
    return explainDatabaseError(error);
  }
}

export async function logHealth(): Promise<void> {
  const problem = await findProblem();
  if (problem) log.error(problem, "not ready");
}
