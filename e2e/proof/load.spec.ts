import { expect, test } from "@playwright/test";
import { formatTraffic, runTraffic } from "./mixed-traffic";
import { HAS_SANDBOX } from "../servers";
import { startIsolatedPortal } from "./isolated-portal";

test.skip(!HAS_SANDBOX, "The customers of this test chat in the sandbox.");

/** For a longer run, set LOAD_SECONDS=600. */
const SECONDS = Number(process.env.LOAD_SECONDS ?? 20);

test("every confirmed write is stored once when the database is killed during mixed traffic", async () => {
  test.setTimeout((SECONDS + 180) * 1000);
  const portal = await startIsolatedPortal("3221");
  try {
    const figures = await runTraffic(portal, portal.address, SECONDS, async () => {
      await portal.killDatabase();
      await portal.startDatabase();
    });
    console.log(formatTraffic(figures));
    expect(figures.lost).toEqual([]);
    expect(figures.duplicated).toEqual([]);
    // Each kind of request succeeded before and after the kill.
    for (const [kind, { before, after }] of Object.entries(figures.succeeded)) {
      expect(before, `${kind} before the kill`).toBeGreaterThan(0);
      expect(after, `${kind} after the kill`).toBeGreaterThan(0);
    }
    // Every failure invites a retry (500 is the status of a page that does), and nothing hangs.
    for (const { kind, status, time } of figures.requests) {
      expect([200, 303, 429, 503, ...(kind === "page" || kind === "file" ? [500] : [])], kind).toContain(status);
      expect(time, kind).toBeLessThan(15_000);
    }
  } finally {
    await portal.stop();
  }
});
