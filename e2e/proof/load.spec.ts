import { expect, test } from "@playwright/test";
import { formatTraffic, runTraffic } from "./mixed-traffic";
import { HAS_SANDBOX } from "../servers";
import { startOwnPortal } from "./own-portal";

test.skip(!HAS_SANDBOX, "The customers of this test chat in the sandbox.");

/** Ten minutes' worth, with LOAD_SECONDS=600, is for whoever has ten minutes. */
const SECONDS = Number(process.env.LOAD_SECONDS ?? 20);

test("under mixed traffic, with the database killed in the middle, all that was confirmed is there afterwards, once", async () => {
  test.setTimeout((SECONDS + 180) * 1000);
  const own = await startOwnPortal("3221");
  try {
    const figures = await runTraffic(own, own.address, SECONDS, async () => {
      await own.killDatabase();
      await own.startDatabase();
    });
    console.log(formatTraffic(figures));
    expect(figures.lost).toEqual([]);
    expect(figures.doubled).toEqual([]);
    // Each kind of request was answered well before the kill and after it.
    for (const [kind, { before, after }] of Object.entries(figures.succeeded)) {
      expect(before, `${kind} before the kill`).toBeGreaterThan(0);
      expect(after, `${kind} after the kill`).toBeGreaterThan(0);
    }
    // Nothing but what says that it may be asked again (500 is the status of a page that does), and nothing that hangs.
    for (const { kind, status, time } of figures.requests) {
      expect([200, 303, 429, 503, ...(kind === "page" || kind === "file" ? [500] : [])], kind).toContain(status);
      expect(time, kind).toBeLessThan(15_000);
    }
  } finally {
    await own.stop();
  }
});
