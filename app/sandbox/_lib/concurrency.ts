import "server-only";
import { setTimeout } from "node:timers/promises";
import { RequestError } from "./message-rules";

// What strangers can make one process do at the same time. Everything beyond is refused at once, with `Retry-After`.

/** Requests that use the database: fewer than the pool has connections, so that the portal's pages find one free. */
const MOST_AT_WORK = 4;
const MOST_WAITING = 500;
const LONGEST_WAIT = 3_000;

/** Answers that a setting delays (/sandbox/settings). */
const MOST_DELAYED = 50;

const busy = () =>
  new RequestError(503, "busy", "The sandbox is busy. Ask again in a few seconds.", 5 + Math.round(Math.random() * 5));

/** Lets so many run at once, and so many wait for their turn. */
export class Semaphore {
  private readonly queue = new Set<() => void>();
  constructor(
    private free: number,
    private readonly mostWaiting: number,
    private readonly longestWait: number,
  ) {}

  /**
   * @param signal drops the work while it waits: the client has disconnected
   * @throws RequestError 503 when too many wait, or after too long a wait
   */
  async run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (this.free > 0) this.free--;
    else await this.wait(signal);
    try {
      return await work();
    } finally {
      const [next] = this.queue;
      if (next) next();
      else this.free++;
    }
  }

  private async wait(signal?: AbortSignal): Promise<void> {
    if (this.queue.size >= this.mostWaiting || signal?.aborted) throw busy();
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.queue.delete(start);
        clearTimeout(timer);
        signal?.removeEventListener("abort", giveUp);
      };
      const start = () => {
        leave();
        resolve();
      };
      const giveUp = () => {
        leave();
        reject(busy());
      };
      const timer = globalThis.setTimeout(giveUp, this.longestWait);
      this.queue.add(start);
      signal?.addEventListener("abort", giveUp);
    });
  }
}

/** How many streams there may be with one key. */
export type StreamLimit = { key: string; most: number; isShared: boolean };

/** Counts open streams by several keys. */
export class StreamCounter {
  private readonly counts = new Map<string, number>();

  /**
   * @returns gives the place back
   * @throws RequestError 429 when one visitor has too many streams, 503 when all visitors together have
   */
  acquire(limits: StreamLimit[]): () => void {
    for (const { key, most, isShared } of limits) {
      if ((this.counts.get(key) ?? 0) < most) continue;
      throw isShared
        ? busy()
        : new RequestError(
            429,
            "too-many-streams",
            `There are ${most} streams of yours already. Ask for messages without a stream.`,
            30,
          );
    }
    for (const { key } of limits) this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      for (const { key } of limits) {
        const left = this.counts.get(key)! - 1;
        if (left > 0) this.counts.set(key, left);
        else this.counts.delete(key);
      }
    };
  }
}

// On globalThis: Next bundles this file more than once.
const globalForSandbox = globalThis as {
  sandboxConcurrency?: { database: Semaphore; streams: StreamCounter; delayed: number };
};
const state = (globalForSandbox.sandboxConcurrency ??= {
  database: new Semaphore(MOST_AT_WORK, MOST_WAITING, LONGEST_WAIT),
  streams: new StreamCounter(),
  delayed: 0,
});

/** Runs what asks the database. Nothing in it may wait for a client or a timer. */
export const withDatabase = <Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> =>
  state.database.run(work, signal);

export const acquireStream = (limits: StreamLimit[]): (() => void) => state.streams.acquire(limits);

/** @throws RequestError when too many answers are delayed already */
export async function delay(seconds: number, signal: AbortSignal): Promise<void> {
  if (state.delayed >= MOST_DELAYED) throw busy();
  state.delayed++;
  try {
    await setTimeout(seconds * 1000, undefined, { signal });
  } finally {
    state.delayed--;
  }
}
