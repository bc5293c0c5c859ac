import { existsSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { toConnectionString } from "@/lib/connection-string";
import { explainDatabaseError } from "@/lib/database-errors";
import { findRunningDatabase, startEmbeddedPostgres } from "@/prisma/embedded-postgres";
import { findPendingMigrations } from "@/prisma/migrate";
import { judgeClock, readClock } from "./clock";
import { check, describeError, fail, ok, skip, TIME_LIMIT, warn, within, type Check, type Outcome } from "./check";

/** What G12 stands on (prisma/migrations/20261122090000_portal). */
const TRIGGER = "User_uniqueIdentifier_is_permanent";
/** Opening the embedded database takes a while on a busy machine. */
const OPENING_LIMIT = 10_000;

export type Database =
  | { isThere: true; databaseUrl: string; stop(): Promise<void> }
  /** There is nothing to look at, or it cannot be opened. */
  | { isThere: false; outcome: Outcome };

/**
 * The database that the portal would use: that of `DATABASE_URL`; in development without it, the embedded
 * one, which is opened here if no other process has it open. Never made: a doctor changes nothing.
 */
export async function findDatabase(
  databaseUrl: string | undefined,
  { isProduction, dataFolder }: { isProduction: boolean; dataFolder: string },
): Promise<Database> {
  const stop = async () => {};
  if (databaseUrl) return { isThere: true, databaseUrl, stop };
  if (isProduction)
    return { isThere: false, outcome: skip("There is none: DATABASE_URL is not set.", "Set DATABASE_URL first.") };
  try {
    const running = await within(findRunningDatabase(dataFolder));
    if (running) return { isThere: true, databaseUrl: running, stop };
    if (!existsSync(path.join(dataFolder, "postgres")))
      return { isThere: false, outcome: skip("The embedded database is not there yet.", "npm run dev makes it.") };
    const embedded = await startEmbeddedPostgres(dataFolder);
    await within(embedded.ready, OPENING_LIMIT);
    return { isThere: true, databaseUrl: embedded.databaseUrl, stop: embedded.stop };
  } catch (error) {
    return {
      isThere: false,
      outcome: fail(describeError(error), "Stop what uses it, or delete .data: the demo's data is made again."),
    };
  }
}

/** Whether the database answers, is migrated, keeps unique identifiers as they are, and has the right time. Reads only. */
export async function checkDatabase(
  database: Database,
  { isForCustomers }: { isForCustomers: boolean },
): Promise<Record<"database" | "clock", Check[]>> {
  const names = ["Database", "Migrations", "Unique identifiers", "Trigger on User"];
  const clockName = "Clock and the database";
  const withoutDatabase = (outcome: Outcome) => {
    const unseen = skip("The database cannot be asked.");
    const checks = names.map((name, index) => ({ name, ...(index === 0 ? outcome : unseen) }));
    return { database: checks, clock: [{ name: clockName, ...unseen }] };
  };
  if (!database.isThere) return withoutDatabase(database.outcome);

  const { databaseUrl } = database;
  const client = new pg.Client({
    connectionString: toConnectionString(databaseUrl),
    connectionTimeoutMillis: TIME_LIMIT - 500,
    query_timeout: TIME_LIMIT - 500,
  });
  // A connection that breaks fails the query that waits for it; without a listener it would end the process.
  client.on("error", () => {});
  try {
    await within(client.connect());
  } catch (error) {
    return withoutDatabase(fail(describeError(error), explainDatabaseError(error).todo));
  }
  try {
    const ask = (sql: string, values?: string[]) => askReadOnly(client, sql, values);
    // One after the other: the embedded database has one connection's patience.
    const answer = await check(names[0]!, async () => {
      const [row] = await ask("SELECT current_setting('server_version') AS version, current_database() AS name");
      return ok(`Postgres ${String(row!.version).split(" ")[0]} answers, database ${row!.name}`);
    });
    // One that takes connections and says nothing would take the whole limit of every check.
    if (answer.status === "fail") return withoutDatabase(answer);
    const checks = [
      answer,
      await check(names[1]!, async () => {
        const { pending, halfDone } = await findPendingMigrations(databaseUrl);
        if (halfDone.length > 0)
          return fail(
            `Begun and not finished: ${halfDone.join(", ")}.`,
            "Run npm run db:migrate: it says how to go on.",
          );
        return pending.length === 0
          ? ok("all applied")
          : fail(
              `Not applied, or changed since: ${pending.join(", ")}.`,
              "Run npm run db:migrate, from one place, before the new version starts.",
            );
      }),
      await check(names[2]!, async () => judgeColumn((await ask(COLUMN))[0])),
      await check(names[3]!, async () => judgeTrigger((await ask(TRIGGERS, [TRIGGER]))[0])),
      ...(isForCustomers
        ? [
            await check(
              "Demo customers",
              async () => judgeDemoCustomers(await ask(DEMO_CUSTOMERS)),
              "If a table is missing: npm run db:migrate.",
            ),
          ]
        : []),
    ];
    const clock = await check(clockName, async () => {
      const ask = () => client.query("SELECT clock_timestamp() AS time").then(({ rows }) => rows[0].time as Date);
      return judgeClock(await readClock("the database", ask));
    });
    return { database: checks, clock: [clock] };
  } finally {
    await within(client.end()).catch(() => {});
  }
}

/** In a transaction that can change nothing, and is rolled back. Not with a setting of the session: a pooler would hand that on. */
async function askReadOnly(client: pg.Client, sql: string, values: string[] = []): Promise<Record<string, unknown>[]> {
  await client.query("BEGIN READ ONLY");
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.query("ROLLBACK");
  }
}

const COLUMN = `
  SELECT format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "isRequired",
    pg_get_expr(d.adbin, d.adrelid) AS "default",
    EXISTS (
      SELECT FROM pg_index i
      WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
        AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
    ) AS "isUnique"
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = to_regclass('"User"') AND a.attname = 'uniqueIdentifier' AND NOT a.attisdropped`;

function judgeColumn(column: Record<string, unknown> | undefined): Outcome {
  if (!column) return fail('There is no column "uniqueIdentifier" in a table "User".', "Run npm run db:migrate.");
  const mend = (sql: string) => `Mend it in a migration: ALTER TABLE "User" ${sql};`;
  if (column.type !== "uuid")
    return fail(
      `User.uniqueIdentifier is of type ${column.type}, not uuid.`,
      "Make it uuid in a migration. Glassix takes nothing else.",
    );
  if (!column.isRequired)
    return fail("User.uniqueIdentifier may be NULL.", mend('ALTER COLUMN "uniqueIdentifier" SET NOT NULL'));
  if (!column.isUnique)
    return fail(
      "Two users may have the same User.uniqueIdentifier, and so the same conversations.",
      mend('ADD CONSTRAINT "User_uniqueIdentifier_key" UNIQUE ("uniqueIdentifier")'),
    );
  if (!/\bgen_random_uuid\(\)/.test(String(column.default)))
    return warn(
      `The database does not make User.uniqueIdentifier: its default is ${column.default ?? "missing"}.`,
      mend('ALTER COLUMN "uniqueIdentifier" SET DEFAULT gen_random_uuid()'),
    );
  return ok("uuid, unique, not null, made by the database");
}

// tgtype has a bit for each: FOR EACH ROW 1, BEFORE 2, UPDATE 16. A trigger of some columns alone would miss what another trigger changes.
const TRIGGERS = `
  SELECT t.tgenabled AS enabled, (t.tgtype & 19) = 19 AND t.tgattr = '' AS "isForUpdates",
    pg_get_triggerdef(t.oid) AS definition, p.prosrc AS body, current_setting('session_replication_role') AS role
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
  WHERE t.tgrelid = to_regclass('"User"') AND t.tgname = $1 AND NOT t.tgisinternal`;

function judgeTrigger(trigger: Record<string, unknown> | undefined): Outcome {
  const again =
    "Make it again as prisma/migrations/20261122090000_portal/migration.sql does, and find out who has changed it.";
  if (!trigger) return fail(`There is no trigger "${TRIGGER}" on "User": a unique identifier can be changed.`, again);
  // "O": on, unless the session plays a replica. "A": always on. The others never fire here.
  if (trigger.enabled !== "A" && !(trigger.enabled === "O" && trigger.role !== "replica"))
    return fail(
      `The trigger "${TRIGGER}" is disabled: a unique identifier can be changed.`,
      trigger.enabled === "O"
        ? "Take session_replication_role = replica away from this role or database."
        : `ALTER TABLE "User" ENABLE TRIGGER "${TRIGGER}"; and find out who has disabled it.`,
    );
  const refuses =
    trigger.isForUpdates &&
    /RAISE\s+EXCEPTION/i.test(String(trigger.body)) &&
    /uniqueIdentifier/.test(String(trigger.definition));
  return refuses ? ok("in place and enabled") : fail(`The trigger "${TRIGGER}" no longer refuses every change.`, again);
}

// The accounts of prisma/seed.ts. Not imported: that would need the Prisma client.
const DEMO_CUSTOMERS = `
  SELECT "email" FROM "User"
  WHERE "email" IN ('john.wick@example.com', 'jane.doe@example.com') AND "passwordHash" IS NOT NULL AND "disabledAt" IS NULL`;

function judgeDemoCustomers(customers: Record<string, unknown>[]): Outcome {
  return customers.length === 0
    ? ok("none")
    : warn(
        `${customers.map(({ email }) => email).join(" and ")} can sign in, with a password that is public.`,
        "Delete them before customers come, or set their disabledAt.",
      );
}
