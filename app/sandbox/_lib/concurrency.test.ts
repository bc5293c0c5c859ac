import { describe, expect, it, vi } from "vitest";
import { Semaphore, StreamCounter } from "./concurrency";

/** Work that ends when it is told to. */
function makeWork() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { run: () => ended, end };
}

describe("the semaphore (G13)", () => {
  it("runs so many at once, and the others in the order in which they came", async () => {
    const semaphore = new Semaphore(2, 10, 10_000);
    const started: number[] = [];
    const works = Array.from({ length: 4 }, makeWork);
    const runs = works.map(({ run }, index) =>
      semaphore.run(() => {
        started.push(index);
        return run();
      }),
    );
    await vi.waitFor(() => expect(started).toEqual([0, 1]));
    works[1]!.end();
    await vi.waitFor(() => expect(started).toEqual([0, 1, 2]));
    works.forEach(({ end }) => end());
    await Promise.all(runs);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it("goes on after work that fails", async () => {
    const semaphore = new Semaphore(1, 10, 10_000);
    await expect(semaphore.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(semaphore.run(async () => "done")).resolves.toBe("done");
  });

  it("refuses who comes when too many wait, and who has waited too long, with the time to wait", async () => {
    const work = makeWork();
    const semaphore = new Semaphore(1, 1, 50);
    const first = semaphore.run(work.run);
    const second = semaphore.run(async () => {});
    const refusal = { status: 503, code: "busy", retryAfter: expect.any(Number) };
    await expect(semaphore.run(async () => {})).rejects.toMatchObject(refusal);
    await expect(second).rejects.toMatchObject(refusal);
    work.end();
    await first;
    await expect(semaphore.run(async () => "free again")).resolves.toBe("free again");
  });

  it("drops the work of a client that has left", async () => {
    const work = makeWork();
    const semaphore = new Semaphore(1, 10, 10_000);
    const first = semaphore.run(work.run);
    const leaving = new AbortController();
    let isRun = false;
    const second = semaphore.run(async () => void (isRun = true), leaving.signal);
    leaving.abort();
    await expect(second).rejects.toMatchObject({ code: "busy" });
    work.end();
    await first;
    expect(isRun).toBe(false);
    await expect(semaphore.run(async () => "free")).resolves.toBe("free");
  });
});

describe("the counter of streams (G13)", () => {
  const own = (key: string) => ({ key, most: 2, isShared: false });
  const all = { key: "all", most: 3, isShared: true };

  it("refuses a visitor who has too many, and lets others in", () => {
    const streams = new StreamCounter();
    const release = streams.acquire([all, own("a")]);
    streams.acquire([all, own("a")]);
    expect(() => streams.acquire([all, own("a")])).toThrow(
      expect.objectContaining({ status: 429, code: "too-many-streams", retryAfter: expect.any(Number) }),
    );
    streams.acquire([all, own("b")]);
    expect(() => streams.acquire([all, own("b")])).toThrow(
      expect.objectContaining({ status: 503, code: "busy", retryAfter: expect.any(Number) }),
    );
    release();
    release();
    streams.acquire([all, own("a")]);
    expect(() => streams.acquire([all, own("b")])).toThrow(expect.objectContaining({ status: 503 }));
  });
});
