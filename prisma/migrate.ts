/**
 * Applies `prisma/migrations` with Prisma's own engine, in its WebAssembly build: the same checks, lock
 * and `_prisma_migrations` table as `prisma migrate deploy`, without the native engine that the CLI
 * downloads on first use (docs/decisions/migration-engine.md).
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { SchemaEngine as SchemaEngineInstance } from "@prisma/schema-engine-wasm";
import pg from "pg";

const folder = path.join(process.cwd(), "prisma", "migrations");

/** adapter-pg's own `executeScript` splits at every semicolon, which cuts function bodies in two. */
class WholeScriptPrismaPg extends PrismaPg {
  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script);
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

function readMigrations() {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({
      name: entry.name,
      sql: readFileSync(path.join(folder, entry.name, "migration.sql"), "utf8"),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The names of the migrations that the database has not had yet: one cheap query, so that a start with
 * nothing to do need not load the engine.
 */
export async function findPendingMigrations(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows: tables } = await client.query("SELECT to_regclass('_prisma_migrations') AS name");
    if (!tables[0].name) return readMigrations().map(({ name }) => name);
    const { rows } = await client.query<{ migration_name: string; checksum: string }>(
      "SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
    );
    const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]));
    return readMigrations()
      .filter(({ name, sql }) => applied.get(name) !== createHash("sha256").update(sql).digest("hex"))
      .map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/**
 * Brings the database up to date and returns the names of what was applied. The engine keeps Prisma's
 * advisory lock until its connection closes: call this in a process that ends.
 */
export async function applyMigrations(databaseUrl: string): Promise<string[]> {
  const SchemaEngine = await loadSchemaEngine();
  const factory = bindMigrationAwareSqlAdapterFactory(new WholeScriptPrismaPg({ connectionString: databaseUrl }));
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, factory);
  const { appliedMigrationNames } = await engine.applyMigrations({
    migrationsList: {
      baseDir: folder,
      lockfile: {
        path: "migration_lock.toml",
        content: readFileSync(path.join(folder, "migration_lock.toml"), "utf8"),
      },
      shadowDbInitScript: "",
      migrationDirectories: readMigrations().map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
      })),
    },
    filters: { externalTables: [], externalEnums: [] },
  });
  return appliedMigrationNames;
}
