import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import {
  ColumnTypeEnum,
  type ColumnType,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import { listMigrations, NO_FILTERS, readMigrations, readSchema, startSchemaEngine } from "./schema-engine";

export type NewMigration = { file: string; warnings: string[] };

export async function createMigration(name: string, folder = "prisma"): Promise<NewMigration | null> {
  const migrations = path.resolve(folder, "migrations");
  const { PGlite } = await import("@electric-sql/pglite");
  const shadow = await PGlite.create();
  try {
    const engine = await startSchemaEngine(createAdapterFactory(shadow));
    const { exitCode, stdout: sql } = await engine.diff({
      from: { tag: "migrations", ...listMigrations(migrations) },
      to: { tag: "schemaDatamodel", files: readSchema(folder) },
      script: true,
      exitCode: true,
      filters: NO_FILTERS,
    });
    if (exitCode === 0 || !sql) return null;

    const target = path.join(migrations, `${nextTimestamp(migrations)}_${name.replaceAll("-", "_")}`);
    mkdirSync(target);
    writeFileSync(path.join(target, "migration.sql"), sql);
    const warnings = [...findDataLoss(sql), ...(await findHiddenObjects(shadow, sql))];
    await shadow.exec(sql).catch((error: Error) => warnings.push(`Postgres rejects this SQL: ${error.message}.`));
    return { file: path.relative(process.cwd(), path.join(target, "migration.sql")), warnings };
  } finally {
    await shadow.close();
  }
}

// Later than every existing migration, even if this machine's clock is behind: migrations are applied by name.
function nextTimestamp(migrations: string): string {
  const now = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const newest = Number(readMigrations(migrations).at(-1)?.name.slice(0, 14) ?? 0);
  return String(Math.max(Number(now), newest + 1));
}

const RISKS: [RegExp, string][] = [
  [/DROP TABLE "(\w+)"/, "is deleted with all of its rows."],
  [/DROP COLUMN "(\w+)"/, "is deleted with all of its values."],
  [/ADD COLUMN\s+"(\w+)" (?!.*DEFAULT).*NOT NULL/, "is required and has no default: fails if the table has rows."],
  [/ALTER COLUMN "(\w+)" SET NOT NULL/, "becomes required: fails if it is NULL in a row."],
  [/ALTER COLUMN "(\w+)" (?:SET DATA )?TYPE/, "changes its type: fails if a value does not fit, and may be rounded."],
  [/CREATE UNIQUE INDEX .* ON "(\w+)"/, "gets a unique index: fails if its rows are not unique."],
];

const findDataLoss = (sql: string) =>
  sql.split("\n").flatMap((line) =>
    RISKS.flatMap(([pattern, risk]) => {
      const name = pattern.exec(line)?.[1];
      return name && !sql.includes(`CREATE TABLE "${name}"`) ? [`"${name}" ${risk}`] : [];
    }),
  );

/** What Prisma's schema language cannot express, and its diff therefore ignores. */
const HIDDEN_OBJECTS = `
  SELECT relname AS "table", string_agg(object, ', ' ORDER BY object) AS objects FROM (
    SELECT tgrelid AS relation, 'trigger ' || tgname AS object FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT conrelid, 'check ' || conname FROM pg_constraint WHERE contype = 'c'
    UNION ALL SELECT indrelid, 'index ' || indexrelid::regclass FROM pg_index WHERE indpred IS NOT NULL OR indexprs IS NOT NULL
    UNION ALL SELECT oid, 'UNLOGGED' FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'
  ) AS hidden JOIN pg_class ON pg_class.oid = relation
  WHERE relnamespace = current_schema()::regnamespace GROUP BY relname ORDER BY relname`;

async function findHiddenObjects(shadow: PGlite, sql: string): Promise<string[]> {
  const { rows } = await shadow.query<{ table: string; objects: string }>(HIDDEN_OBJECTS);
  return rows
    .filter(({ table }) => sql.includes(`"${table}"`))
    .map(
      ({ table, objects }) =>
        `"${table}" also has objects that the schema language cannot express: ${objects}. Check that they still fit.`,
    );
}

const COLUMN_TYPES: Record<number, ColumnType> = {
  16: ColumnTypeEnum.Boolean,
  18: ColumnTypeEnum.Character,
  20: ColumnTypeEnum.Int64,
  21: ColumnTypeEnum.Int32,
  23: ColumnTypeEnum.Int32,
  26: ColumnTypeEnum.Int64,
  1003: ColumnTypeEnum.TextArray,
  1009: ColumnTypeEnum.TextArray,
};

/** PGlite for the engine. @prisma/adapter-pg does not support the type `"char"`, which the catalogs use. */
function createAdapterFactory(database: PGlite): SqlMigrationAwareDriverAdapterFactory {
  const description = { provider: "postgres", adapterName: "pglite" } as const;
  const adapter: SqlDriverAdapter = {
    ...description,
    async queryRaw({ sql, args }) {
      const { fields, rows } = await database.query<unknown[]>(sql, args, { rowMode: "array" });
      const columnTypes = fields.map(({ dataTypeID }) => COLUMN_TYPES[dataTypeID] ?? ColumnTypeEnum.Text);
      return { columnNames: fields.map(({ name }) => name), columnTypes, rows };
    },
    executeRaw: async ({ sql, args }) => (await database.query(sql, args)).affectedRows ?? 0,
    executeScript: async (script) => void (await database.exec(script)),
    startTransaction: () => Promise.reject(new Error("The schema engine starts no transactions.")),
    dispose: async () => {},
  };
  return { ...description, connect: async () => adapter, connectToShadowDb: async () => adapter };
}
