import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it, vi } from "vitest";
import { withDatabase } from "./concurrency";

vi.mock("@/lib/env", () => ({ env: () => ({ database: { poolSize: 10 } }) }));

const SLOTS = 4;

/** Occupies every slot until the returned function is called. */
function occupyAllSlots() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const runs = Array.from({ length: SLOTS }, () => withDatabase(() => ended));
  return async () => {
    end();
    await Promise.all(runs);
  };
}
const busy = { status: 503, code: "busy", retryAfter: expect.any(Number) };

describe("the database queue (G13)", () => {
  it("runs four at once, and the others in order of arrival", async () => {
    const release = occupyAllSlots();
    const order: number[] = [];
    const waiting = [1, 2, 3].map((index) => withDatabase(async () => void order.push(index)));
    await Promise.resolve();
    expect(order).toEqual([]);
    await release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  it("runs work that waited in the context of its own request, whose cookies it reads (G2)", async () => {
    const request = new AsyncLocalStorage<string>();
    const release = request.run("a stranger's", () => occupyAllSlots());
    const own = request.run("own", () => withDatabase(async () => request.getStore()));
    await request.run("a stranger's", release);
    expect(await own).toBe("own");
  });

  it("continues after work that fails", async () => {
    await expect(withDatabase(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(withDatabase(async () => "done")).resolves.toBe("done");
  });

  it("refuses work when it is full, and drops the work of a disconnected client", async () => {
    const release = occupyAllSlots();
    const leaving = new AbortController();
    const work = vi.fn(async () => {});
    const waiting = Array.from({ length: 500 }, () => withDatabase(work, leaving.signal));
    await expect(withDatabase(work)).rejects.toMatchObject(busy);
    leaving.abort();
    const outcomes = Promise.allSettled(waiting);
    await release();
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: busy });
    expect(work).not.toHaveBeenCalled();
  });

  it("refuses work that has waited too long", async () => {
    const now = vi.spyOn(Date, "now").mockReturnValue(0);
    const release = occupyAllSlots();
    const late = withDatabase(async () => {});
    now.mockReturnValue(3_001);
    const outcome = expect(late).rejects.toMatchObject(busy);
    await release();
    await outcome;
    now.mockRestore();
  });
});
