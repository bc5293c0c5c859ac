import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaContainer, SchemaEngine } from "@prisma/schema-engine-wasm";

const MIGRATIONS_FOLDER = path.resolve("prisma/migrations");

export const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** Prisma's schema engine as WebAssembly: the CLI would download its own (docs/decisions/migration-engine.md). */
export async function startSchemaEngine(database: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> {
  const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = readFileSync(path.join(path.dirname(entry), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  const factory = bindMigrationAwareSqlAdapterFactory(database);
  return bindings.SchemaEngine.new({ datamodels: undefined }, () => {}, factory);
}

export function readMigrations(folder = MIGRATIONS_FOLDER): { name: string; sql: string }[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, sql: readFileSync(path.join(folder, name, "migration.sql"), "utf8") }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function listMigrations(folder = MIGRATIONS_FOLDER): MigrationList {
  const lockfile = "migration_lock.toml";
  return {
    baseDir: folder,
    lockfile: { path: lockfile, content: readFileSync(path.join(folder, lockfile), "utf8") },
    shadowDbInitScript: "",
    migrationDirectories: readMigrations(folder).map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
}

export function readSchema(folder: string): SchemaContainer[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".prisma"))
    .map((name) => ({ path: path.resolve(folder, name), content: readFileSync(path.join(folder, name), "utf8") }));
}
