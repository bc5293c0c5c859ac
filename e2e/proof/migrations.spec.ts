import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as base } from "@playwright/test";
import pg from "pg";
import { expect } from "../fixtures";
import { startPgBouncer, skipWithoutPooler } from "./pgbouncer";
import { startProcess } from "./portal-process";
import { startTestDatabase } from "../test-database";

const test = base.extend<{ databaseUrl: string }>({
  /** The connection string of an empty database. */
  databaseUrl: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), "portal-migrations-"));
    const database = await startTestDatabase(folder);
    await use(database.databaseUrl);
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  },
});

test.setTimeout(120_000);

async function migrate(DATABASE_URL: string, DIRECT_DATABASE_URL = "", ...args: string[]) {
  const command = startProcess([process.execPath, "-C", "react-server", "scripts/run.mjs", "migrate", ...args], {
    DATABASE_URL,
    DIRECT_DATABASE_URL,
  });
  const code = await command.exitCode();
  return { code, output: command.output() };
}

test("when four processes migrate an empty database at once, one applies everything and none fails", async ({
  databaseUrl,
}) => {
  const { TEST_POSTGRES, TEST_DATABASE_URL } = process.env;
  test.skip(
    !TEST_POSTGRES && !TEST_DATABASE_URL,
    "All connections to the embedded database share one session, and with it the lock.",
  );
  const ended = await Promise.all(Array.from({ length: 4 }, () => migrate(databaseUrl)));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(ended.filter(({ output }) => output.includes("Applied to "))).toHaveLength(1);
  expect(ended.filter(({ output }) => output.includes("is up to date"))).toHaveLength(3);
});

test("a migration that Postgres refuses is explained, and applied once it has been marked as rolled back", async ({
  databaseUrl,
}) => {
  expect((await migrate(databaseUrl)).code).toBe(0);
  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    return client.query(sql).finally(() => client.end());
  };
  await query(`DELETE FROM "_prisma_migrations" WHERE "migration_name" LIKE '%_portal'`);
  const refused = await migrate(databaseUrl);
  expect(refused.code).toBe(1);
  expect(refused.output).toMatch(/Postgres refused a migration: .* already exists/);
  expect(refused.output).not.toMatch(/wasm|\n\s+at /);

  const again = await migrate(databaseUrl);
  expect(again.code).toBe(1);
  const [, name = ""] = /(\S+_portal) was started and not finished/.exec(again.output) ?? [];
  expect(again.output).toContain(`npm run db:migrate -- --rolled-back ${name}`);

  // Removes everything but Prisma's own table.
  await query(
    `CREATE SCHEMA kept; ALTER TABLE "_prisma_migrations" SET SCHEMA kept; DROP SCHEMA public CASCADE;
     CREATE SCHEMA public; ALTER TABLE kept."_prisma_migrations" SET SCHEMA public; DROP SCHEMA kept`,
  );
  const applied = await migrate(databaseUrl, "", "--rolled-back", name);
  expect(applied.output).toContain("Applied to 127.0.0.1:");
  expect(applied.code).toBe(0);
  expect((await migrate(databaseUrl)).output).toContain("is up to date");
});

test("a migration that was edited after it was applied is reported", async ({ databaseUrl }) => {
  expect((await migrate(databaseUrl)).code).toBe(0);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`UPDATE "_prisma_migrations" SET "checksum" = 'x' WHERE "migration_name" LIKE '%_portal'`);
  await client.end();
  const { code, output } = await migrate(databaseUrl);
  expect(code).toBe(1);
  expect(output).toMatch(/_portal was edited after it was applied/);
});

test("migrations bypass a pooler through DIRECT_DATABASE_URL", async ({ databaseUrl }) => {
  test.skip(...skipWithoutPooler());
  const pooler = await startPgBouncer(databaseUrl);
  try {
    const applied = await migrate(pooler.databaseUrl, databaseUrl);
    expect(applied.output).toContain("Applied to ");
    expect(applied.code).toBe(0);
  } finally {
    await pooler.stop();
  }
});
