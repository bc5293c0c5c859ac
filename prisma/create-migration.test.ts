import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NewMigration } from "./create-migration";
import { readMigrations } from "./schema-engine";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "create-migration-"));
  cpSync("prisma", folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs in a separate process: the engine's WebAssembly breaks under Vitest's module runner. */
function createMigration(name: string): NewMigration | null {
  const script = `
    const { createMigration } = await import("./prisma/create-migration.ts");
    console.log(JSON.stringify(await createMigration(...process.argv.slice(1))));
  `;
  const args = ["--import", "tsx", "--input-type=module", "--eval", script, name, folder];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

function editSchema(from: string | RegExp, to: string) {
  const file = path.join(folder, "schema.prisma");
  const schema = readFileSync(file, "utf8");
  const edited = schema.replace(from, to);
  expect(edited, `${file} contains ${from}`).not.toBe(schema);
  writeFileSync(file, edited);
}

describe("npm run db:migration", { timeout: 600_000 }, () => {
  it("writes nothing while migrations and schema agree, and one migration for a new column", async () => {
    expect(createMigration("nothing")).toBeNull();

    const before = readMigrations(path.join(folder, "migrations"));
    editSchema("model User {", "model User {\n  addedByTest String?");
    const created = createMigration("add-column");
    expect(created!.file).toMatch(/\d{14}_add_column\/migration\.sql$/);
    expect(created!.warnings).toEqual([expect.stringContaining("trigger User_uniqueIdentifier_is_permanent")]);

    const migrations = readMigrations(path.join(folder, "migrations"));
    expect(migrations.slice(0, -1)).toEqual(before);
    const database = await PGlite.create();
    for (const { sql } of migrations) await database.exec(sql);
    await database.query(
      `INSERT INTO "User" ("email", "firstName", "lastName", "addedByTest") VALUES ('a@example.com', 'A', 'B', '+44 20 7946 0000')`,
    );
    expect((await database.query(`SELECT "addedByTest" FROM "User"`)).rows).toEqual([
      { addedByTest: "+44 20 7946 0000" },
    ]);
    await database.close();

    expect(createMigration("again")).toBeNull();
  });

  it("warns about lost data, required columns, changed types and SQL that Postgres refuses", () => {
    editSchema(/ +lastName +String\n/, "  addedByTest String\n");
    editSchema(/ +email +String +@unique\n/, "");
    editSchema(/premiumCents +Int/, "premiumCents BigInt");
    editSchema(/passwordHash +String\?/, "passwordHash String");
    const { warnings } = createMigration("risky")!;
    for (const expected of [
      '"lastName" is deleted with all of its values.',
      `"addedByTest" is required and has no default: fails if the table has rows.`,
      '"passwordHash" becomes required: fails if it is NULL in a row.',
      expect.stringContaining('"premiumCents" changes its type'),
      expect.stringContaining('Postgres rejects this SQL: cannot drop column email of table "User"'),
    ])
      expect(warnings).toContainEqual(expected);
  });
});
