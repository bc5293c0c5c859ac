import pg from "pg";
import { expect, test } from "../fixtures";
import { readTestDatabaseUrl } from "../test-database";

test("a session that ends while its change of passkeys waits for the account's lock changes nothing (G7)", async ({
  page,
  signIn,
  sql,
}) => {
  test.skip(!process.env.TEST_POSTGRES, "The embedded database has one connection, and this test holds a lock.");
  const { email } = await signIn();
  await sql(
    `INSERT INTO "Passkey" ("id", "userId", "name", "publicKey", "counter", "isBackedUp")
     SELECT $1, "id", 'A phone', 'x', 1, false FROM "User" WHERE "email" = $2`,
    [crypto.randomUUID(), email],
  );
  await page.goto("/portal/account");
  const reset = new pg.Client({ connectionString: readTestDatabaseUrl() });
  await reset.connect();
  const [{ pid }] = (await reset.query("SELECT pg_backend_pid() AS pid")).rows;
  await reset.query("BEGIN");
  await reset.query(`UPDATE "User" SET "passwordHash" = "passwordHash" || 'x' WHERE "email" = $1`, [email]);
  await reset.query(`DELETE FROM "Session" WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = $1)`, [email]);
  const response = page.waitForResponse((response) => "next-action" in response.request().headers());
  await page.getByRole("button", { name: "Require a passkey after the password" }).click();
  const countWaiting = async () =>
    (await sql(`SELECT 1 FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))`, [pid])).length;
  await expect.poll(countWaiting).toBeGreaterThan(0);
  await reset.query("COMMIT");
  await reset.end();
  await response;
  expect(await sql(`SELECT "isPasskeyRequired" FROM "User" WHERE "email" = $1`, [email])).toEqual([
    { isPasskeyRequired: false },
  ]);
});
