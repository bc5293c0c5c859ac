import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { toConnectionString } from "@/lib/env-checks";
import { listMigrations, NO_FILTERS, readMigrations, startSchemaEngine } from "./schema-engine";

/** adapter-pg's own `executeScript` splits at every semicolon, which breaks function bodies. */
class WholeScriptPrismaPg extends PrismaPg {
  refusal: Error | undefined;

  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      const query = adapter.underlyingDriver().query(script);
      await query.catch((error) => (this.refusal = error));
      await query;
    };
    return adapter;
  }
}

/** Ignores unknown migrations: a newer release may be rolling out. */
export async function findPendingMigrations(databaseUrl: string): Promise<{ pending: string[]; halfDone: string[] }> {
  const client = new pg.Client({ connectionString: toConnectionString(databaseUrl), connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows: tables } = await client.query("SELECT to_regclass('_prisma_migrations') AS name");
    const sql =
      "SELECT migration_name AS name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL";
    const { rows } = tables[0].name ? await client.query(sql) : { rows: [] };
    const finished = rows.filter((row) => row.finished_at);
    const isFinished = (name: string) => finished.some((row) => row.name === name);
    const hash = (sql: string) => createHash("sha256").update(sql).digest("hex");
    const pending = readMigrations().filter(({ sql }) => !finished.some(({ checksum }) => checksum === hash(sql)));
    const halfDone = rows.filter((row) => !isFinished(row.name));
    return { pending: pending.map(({ name }) => name), halfDone: halfDone.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}

export class MigrationError extends Error {
  override name = "MigrationError";
}

/** Applies pending migrations and returns their names. The engine holds Prisma's advisory lock until the process ends. */
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
          "Postgres rolled it back, unless its SQL commits. Check the database, then run: " +
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
