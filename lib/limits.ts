import "server-only";
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { pool } from "@/lib/db";

export type Limit = {
  /** Consumes one point. Returns 0 when it is allowed, otherwise the seconds until the next one is. */
  count(key: string): Promise<number>;
  /** Refunds one point. */
  refund(key: string): Promise<void>;
  /** Deletes the counter. */
  reset(key: string): Promise<void>;
};

/** How many are counted until old counters are thrown away. */
const TIDY_EVERY = 100;

// Some of them each time: somebody waits meanwhile. And none that another process is at: two would wait for each other.
const TIDY = `
  DELETE FROM "RateLimit" WHERE "key" IN (
    SELECT "key" FROM "RateLimit" WHERE "expire" < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED
  )`;

/**
 * Makes a limit: `most` times in `seconds`, for each key. Counted in the database, so that all instances
 * of the portal count together.
 *
 * @param name tells this limit's counters from those of others
 */
export function createLimit(name: string, most: number, seconds: number): Limit {
  let made: RateLimiterPostgres | undefined;
  const limiter = () =>
    (made ??= new RateLimiterPostgres({
      // Without the library's statement names: neither a pooler in transaction mode nor the embedded database keeps them apart.
      storeClient: { query: ({ text, values }: { text: string; values: unknown[] }) => pool().query(text, values) },
      storeType: "client",
      tableName: "RateLimit",
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points: most,
      duration: seconds,
    }));
  let counted = 0;
  return {
    async count(key) {
      // Anybody can make a counter: by trying an e-mail that nobody has. Those whose time is over go, and no job has to run.
      if (counted++ % TIDY_EVERY === 0) await pool().query(TIDY, [Date.now()]);
      return countOne(limiter(), key);
    },
    async refund(key) {
      await limiter().reward(key);
    },
    async reset(key) {
      await limiter().delete(key);
    },
  };
}

/**
 * Makes a limit that each process keeps for itself, in memory: for what is not worth a question to the
 * database, or has to work without it.
 *
 * @returns counts one more for a key: 0 when it may be, otherwise the seconds until the next may
 */
export function createLocalLimit(most: number, seconds: number): (key: string) => Promise<number> {
  const limiter = new RateLimiterMemory({ points: most, duration: seconds });
  return (key) => countOne(limiter, key);
}

async function countOne(limiter: { consume(key: string): Promise<unknown> }, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
  }
}
