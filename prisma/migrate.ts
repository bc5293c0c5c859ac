/**
 * Applies `prisma/migrations` with Prisma's own engine, in its WebAssembly build: the same checks, lock
 * and `_prisma_migrations` table as `prisma migrate deploy`, without the native engine that the CLI
 * downloads on first use (docs/decisions/migration-engine.md).
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { SchemaEngine as SchemaEngineInstance } from "@prisma/schema-engine-wasm";
import pg from "pg";
import { toConnectionString } from "@/lib/connection-string";
import { compareMigrations, RECORDED_MIGRATIONS, type RecordedMigration } from "@/lib/migrations";
import { MIGRATIONS_FOLDER, readMigrations } from "./read-migrations";

/** adapter-pg's own `executeScript` splits at every semicolon, which cuts function bodies in two. */
class WholeScriptPrismaPg extends PrismaPg {
  /** What Postgres said of the script that it refused: the engine's own error does not tell. */
  refusal: Error | undefined;

  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      await adapter
        .underlyingDriver()
        .query(script)
        .catch((error: Error) => {
          this.refusal = error;
          throw error;
        });
    };
    return adapter;
  }
}

async function loadSchemaEngine(): Promise<typeof SchemaEngineInstance> {
  const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = readFileSync(path.join(path.dirname(entry), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return bindings.SchemaEngine;
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: toConnectionString(databaseUrl),
    connectionTimeoutMillis: 10_000,
  });
  // What waits for an answer fails; without a listener a lost connection would end the process with a stack.
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Which migrations the database lacks, and which has been left half-done there: one cheap query, so that a start with nothing to do need not load the engine. */
export async function findPendingMigrations(databaseUrl: string): Promise<ReturnType<typeof compareMigrations>> {
  const client = await connect(databaseUrl);
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

/** Names the lock. Not Prisma's own number: whoever waits for that gives up after ten seconds. */
const TURN = 7_465_726_655;

/**
 * Waits until no other process migrates. The turn ends with this process, as Prisma's own lock does.
 *
 * @throws MigrationError when a pooler hands what one connection does to another
 */
async function takeTurn(databaseUrl: string, sayThatItWaits: () => void): Promise<void> {
  const [holder, other] = [await connect(databaseUrl), await connect(databaseUrl)];
  const processes: number[] = [];
  let isEmbedded = false;
  for (let turn = 0; turn < 6; turn++) {
    const { rows } = await [holder, other][turn % 2]!.query("SELECT pg_backend_pid() AS process, version() AS version");
    processes.push(rows[0].process);
    // The embedded database is one process for all, and nobody else's.
    isEmbedded = rows[0].version.includes("PGlite");
  }
  await other.end();
  const isPooled = processes[0] === processes[1] || processes.some((process, turn) => process !== processes[turn % 2]);
  if (isPooled && !isEmbedded) {
    await holder.end();
    throw new MigrationError(
      "The connection leads through a pooler in transaction mode, where migrations that run at once cannot wait for each other. Set DIRECT_DATABASE_URL to the database itself.",
    );
  }
  const take = async () => (await holder.query("SELECT pg_try_advisory_lock($1) AS taken", [TURN])).rows[0].taken;
  for (let tries = 0; !(await take()); tries++) {
    if (tries === 0) sayThatItWaits();
    await setTimeout(500);
  }
}

/**
 * Brings the database up to date and returns the names of what was applied. Several at once take turns.
 * Call this in a process that ends: until then nobody else's turn comes.
 *
 * @param options.rolledBack a migration that was left half-done and has been taken back: it is applied again
 * @param options.sayThatItWaits called when another process is migrating
 * @throws MigrationError for a connection through a pooler in transaction mode, and for what was left half-done
 */
export async function applyMigrations(
  databaseUrl: string,
  { rolledBack, sayThatItWaits = () => {} }: { rolledBack?: string; sayThatItWaits?: () => void } = {},
): Promise<string[]> {
  // Nothing to do, and nothing to wait for.
  if ((await findPendingMigrations(databaseUrl)).pending.length === 0 && !rolledBack) return [];
  await takeTurn(databaseUrl, sayThatItWaits);
  // Only now: what another process is doing looks half-done until it has ended.
  const { halfDone } = await findPendingMigrations(databaseUrl);
  if (rolledBack && !halfDone.includes(rolledBack))
    throw new MigrationError(`${rolledBack} is not half-done: ${halfDone.join(", ") || "no migration is"}.`);
  if (halfDone.length > 0 && !rolledBack)
    throw new MigrationError(
      `${halfDone.join(", ")} was begun and not finished, so nothing else is applied. Postgres takes back what a script had done, unless the script commits. ` +
        `Look at what is there, and then: npm run db:migrate -- --rolled-back ${halfDone[0]}`,
    );

  const SchemaEngine = await loadSchemaEngine();
  const connectionString = toConnectionString(databaseUrl);
  const adapter = new WholeScriptPrismaPg({ connectionString });
  const engine = await SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  if (rolledBack) await engine.markMigrationRolledBack({ migrationName: rolledBack });
  const applied = engine.applyMigrations({
    migrationsList: {
      baseDir: MIGRATIONS_FOLDER,
      lockfile: {
        path: "migration_lock.toml",
        content: readFileSync(path.join(MIGRATIONS_FOLDER, "migration_lock.toml"), "utf8"),
      },
      shadowDbInitScript: "",
      migrationDirectories: readMigrations().map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
      })),
    },
    filters: { externalTables: [], externalEnums: [] },
  });
  try {
    return (await applied).appliedMigrationNames;
  } catch (error) {
    throw adapter.refusal ? new MigrationError(`Postgres refused a migration: ${adapter.refusal.message}`) : error;
  }
}
