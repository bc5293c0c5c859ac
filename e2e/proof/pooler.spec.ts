import { openChat, sendMessage } from "./chat";
import { expect, registerCustomer, test } from "../fixtures";
import { formatTraffic, runTraffic } from "./mixed-traffic";
import { HAS_SANDBOX } from "../servers";
import { startOwnPortal } from "./own-portal";
import { startPgBouncer, withoutPooler } from "./pgbouncer";

const PORT = "3237";

test.skip(!HAS_SANDBOX, "The customers of this test chat in the sandbox.");
test.use({ baseURL: `http://localhost:${PORT}` });

test("behind PgBouncer in transaction mode everything works, with more customers than it has connections", async ({
  page,
}) => {
  test.skip(...withoutPooler());
  test.setTimeout(180_000);
  let pooler: Awaited<ReturnType<typeof startPgBouncer>> | undefined;
  const own = await startOwnPortal(PORT, {}, async (databaseUrl) => {
    pooler = await startPgBouncer(databaseUrl);
    return pooler.databaseUrl;
  });
  try {
    await registerCustomer(page, "Robin");
    const chat = await openChat(page);
    await sendMessage(chat, "Am I covered abroad?");
    await expect(chat.getByText("What can I help you with?")).toBeVisible();

    const figures = await runTraffic(own, own.address, 10, async () => {});
    console.log(formatTraffic(figures));
    expect(figures.lost).toEqual([]);
    expect(figures.doubled).toEqual([]);
    for (const { kind, status } of figures.requests) expect([200, 303, 429], kind).toContain(status);
    for (const [kind, { before, after }] of Object.entries(figures.succeeded))
      expect(before + after, kind).toBeGreaterThan(0);

    // All of the portal's ten went through the pooler's two.
    const [row] = await own.sql(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    expect(row!.count).toBeLessThanOrEqual(pooler!.connections);
    expect(own.portal.output()).not.toMatch(/prepared statement|08P01/);
  } finally {
    await page.close();
    await own.stop();
    await pooler?.stop();
  }
});
