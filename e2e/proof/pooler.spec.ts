import { openChat, sendMessage } from "../chat";
import { expect, registerCustomer, test } from "../fixtures";
import { formatTraffic, runTraffic } from "./mixed-traffic";
import { HAS_SANDBOX } from "../servers";
import { startIsolatedPortal } from "./isolated-portal";
import { startPgBouncer, skipWithoutPooler } from "./pgbouncer";

const PORT = "3237";

test.skip(!HAS_SANDBOX, "The customers of this test chat in the sandbox.");
test.use({ baseURL: `http://localhost:${PORT}` });

test("the portal works behind PgBouncer in transaction mode, with more customers than connections", async ({
  page,
}) => {
  test.skip(...skipWithoutPooler());
  test.setTimeout(180_000);
  let pooler: Awaited<ReturnType<typeof startPgBouncer>> | undefined;
  const portal = await startIsolatedPortal(PORT, {}, async (databaseUrl) => {
    pooler = await startPgBouncer(databaseUrl);
    return pooler.databaseUrl;
  });
  try {
    await registerCustomer(page, "Robin");
    const chat = await openChat(page);
    await sendMessage(chat, "Am I covered abroad?");
    await expect(chat.getByText("What can I help you with?")).toBeVisible();

    const figures = await runTraffic(portal, portal.address, 10, async () => {});
    console.log(formatTraffic(figures));
    expect(figures.lost).toEqual([]);
    expect(figures.duplicated).toEqual([]);
    for (const { kind, status } of figures.requests) expect([200, 303, 429], kind).toContain(status);
    for (const [kind, { before, after }] of Object.entries(figures.succeeded))
      expect(before + after, kind).toBeGreaterThan(0);

    // All of the portal's ten connections went through the pooler's two.
    const [row] = await portal.sql(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    expect(row!.count).toBeLessThanOrEqual(pooler!.connections);
    expect(portal.process.output()).not.toMatch(/prepared statement|08P01/);
  } finally {
    await page.close();
    await portal.stop();
    await pooler?.stop();
  }
});
