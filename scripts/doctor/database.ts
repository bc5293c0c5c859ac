import { existsSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { explainDatabaseError } from "@/lib/database-errors";
import { toConnectionString } from "@/lib/env-checks";
import { findRunningDatabase, startEmbeddedPostgres } from "@/prisma/embedded-postgres";
import { findPendingMigrations } from "@/prisma/migrate";
import {
  check,
  describeError,
  fail,
  judgeClock,
  ok,
  skip,
  TIME_LIMIT,
  withTimeout,
  type Check,
  type Outcome,
} from "./checks";

type Database = { databaseUrl: string; stop(): Promise<void> };

export async function findDatabase(
  databaseUrl: string | undefined,
  { isProduction, dataFolder }: { isProduction: boolean; dataFolder: string },
): Promise<Database | Outcome> {
  const stop = async () => {};
  if (databaseUrl) return { databaseUrl, stop };
  if (isProduction) return skip("none: DATABASE_URL is not set", "Set DATABASE_URL first.");
  try {
    const running = await withTimeout(findRunningDatabase(dataFolder));
    if (running) return { databaseUrl: running, stop };
    if (!existsSync(path.join(dataFolder, "postgres")))
      return skip("The embedded database does not exist yet.", "npm run dev creates it.");
    const embedded = await startEmbeddedPostgres(dataFolder);
    await withTimeout(embedded.ready, 2 * TIME_LIMIT);
    return embedded;
  } catch (error) {
    return fail(describeError(error), "Stop the process that uses it, or delete .data: npm run dev creates it again.");
  }
}

export async function checkDatabase(database: Database | Outcome): Promise<Check[]> {
  const withoutDatabase = (outcome: Outcome): Check[] => [
    { name: "Database", ...outcome },
    ...["Migrations", "Trigger on User", "Clock of the database"].map((name) => ({ name, ...skip("no database") })),
  ];
  if (!("databaseUrl" in database)) return withoutDatabase(database);
  const client = new pg.Client({
    connectionString: toConnectionString(database.databaseUrl),
    connectionTimeoutMillis: TIME_LIMIT - 500,
    query_timeout: TIME_LIMIT - 500,
  });
  client.on("error", () => {});
  const ask = async (sql: string) => (await client.query(sql)).rows[0] as Record<string, unknown> | undefined;
  try {
    await withTimeout(client.connect());
    const row = await ask("SELECT current_setting('server_version') AS version, current_database() AS name");
    // One after the other: the embedded database serves one connection at a time.
    return [
      { name: "Database", ...ok(`Postgres ${row!.version}, database ${row!.name}`) },
      await check("Migrations", () => checkMigrations(database.databaseUrl)),
      await check("Trigger on User", async () => judgeTrigger(await ask(TRIGGER_QUERY))),
      await check("Clock of the database", async () => {
        const start = Date.now();
        const { time } = (await ask("SELECT clock_timestamp() AS time")) as { time: Date };
        return judgeClock("the database", (time.getTime() - (start + Date.now()) / 2) / 1000);
      }),
    ];
  } catch (error) {
    return withoutDatabase(fail(describeError(error), explainDatabaseError(error).todo));
  } finally {
    await withTimeout(client.end()).catch(() => {});
  }
}

async function checkMigrations(databaseUrl: string): Promise<Outcome> {
  const { pending, halfDone } = await findPendingMigrations(databaseUrl);
  if (halfDone.length > 0)
    return fail(
      `Started but not finished: ${halfDone.join(", ")}.`,
      "Run npm run db:migrate: it says how to continue.",
    );
  if (pending.length > 0)
    return fail(
      `Not applied, or edited since: ${pending.join(", ")}.`,
      "Run npm run db:migrate before the new version starts.",
    );
  return ok("all applied");
}

const TRIGGER = "User_uniqueIdentifier_is_permanent";
const TRIGGER_QUERY = `
  SELECT t.tgenabled AS enabled, p.prosrc AS body, current_setting('session_replication_role') AS role
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
  WHERE t.tgrelid = to_regclass('"User"') AND t.tgname = '${TRIGGER}' AND NOT t.tgisinternal`;

function judgeTrigger(trigger: Record<string, unknown> | undefined): Outcome {
  const todo = "Create it again with the SQL of its migration in prisma/migrations, and find out who changed it.";
  if (!trigger)
    return fail(
      `The trigger ${TRIGGER} is missing: a unique identifier can be changed.`,
      `Run npm run db:migrate. If the database is up to date: ${todo}`,
    );
  // "O": enabled, except in a session that acts as a replica. "A": always enabled.
  if (trigger.enabled !== "A" && !(trigger.enabled === "O" && trigger.role === "origin"))
    return fail(
      `The trigger ${TRIGGER} is disabled: a unique identifier can be changed.`,
      `ALTER TABLE "User" ENABLE ALWAYS TRIGGER "${TRIGGER}"; and find out who disabled it.`,
    );
  return /RAISE\s+EXCEPTION/i.test(String(trigger.body))
    ? ok("unique identifiers cannot be changed")
    : fail(`The trigger ${TRIGGER} no longer refuses changes.`, todo);
}
