import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { toConnectionString } from "@/lib/connection-string";
import { compareMigrations, RECORDED_MIGRATIONS, type RecordedMigration } from "@/lib/migrations";
import { readMigrations } from "./read-migrations";
import { listMigrations, NO_FILTERS, startSchemaEngine } from "./schema-engine";

/** adapter-pg's own `executeScript` splits at every semicolon, which cuts function bodies in two. */
class WholeScriptPrismaPg extends PrismaPg {
  /** Postgres' error, which the engine's error does not contain. */
  refusal: Error | undefined;

  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      try {
        await adapter.underlyingDriver().query(script);
      } catch (error) {
        this.refusal = error as Error;
        throw error;
      }
    };
    return adapter;
  }
}

/** Compares `prisma/migrations` with the database in one query, so that a start with nothing to do need not load the engine. */
export async function findPendingMigrations(databaseUrl: string): Promise<ReturnType<typeof compareMigrations>> {
  const connectionString = toConnectionString(databaseUrl);
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  // Queries report a lost connection. Without a listener it would also end the process.
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows: tables } = await client.query("SELECT to_regclass('_prisma_migrations') AS name");
    const recorded = tables[0].name ? (await client.query<RecordedMigration>(RECORDED_MIGRATIONS)).rows : [];
    return compareMigrations(readMigrations(), recorded);
  } finally {
    await client.end();
  }
}

/** Migrations cannot be applied. The message says why, and what to do. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

/**
 * Applies what is missing, as `prisma migrate deploy` does, and returns the names of what was applied. Call this in a
 * process that ends: the engine holds Prisma's advisory lock until its connection closes.
 *
 * @param rolledBack a migration that failed and whose changes were undone: it is applied again
 * @throws MigrationError when Postgres refuses a migration, one has failed before, or one was edited after it was applied
 */
export async function applyMigrations(databaseUrl: string, rolledBack?: string): Promise<string[]> {
  const database = new WholeScriptPrismaPg({ connectionString: toConnectionString(databaseUrl) });
  const engine = await startSchemaEngine(database);
  if (rolledBack) await engine.markMigrationRolledBack({ migrationName: rolledBack });
  const applied = await engine
    .applyMigrations({ migrationsList: listMigrations(), filters: NO_FILTERS })
    .catch(async (error: Error) => {
      const [failed] = (await findPendingMigrations(databaseUrl)).halfDone;
      if (!failed) throw error;
      throw new MigrationError(
        `${database.refusal ? `Postgres refused a migration: ${database.refusal.message}` : `${failed} was started and not finished.`}\n` +
          "Postgres has undone it, unless its SQL commits. Check the database, then run: " +
          `npm run db:migrate -- --rolled-back ${failed}`,
      );
    });
  const [edited] = (await findPendingMigrations(databaseUrl)).pending;
  if (edited)
    throw new MigrationError(
      `${edited} was edited after it was applied. Restore it, and write a new migration instead.`,
    );
  return applied.appliedMigrationNames;
}
