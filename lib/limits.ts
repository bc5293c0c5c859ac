import "server-only";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { pool } from "@/lib/db";

/**
 * Makes a limit: `most` times in `seconds`, for each key. Counted in the database, so that all instances
 * of the portal count together.
 *
 * @param name tells this limit's counters from those of others
 * @returns a function that counts one more, and answers 0 when it may be, otherwise the seconds until the next may
 */
export function createLimit(name: string, most: number, seconds: number): (key: string) => Promise<number> {
  let limiter: RateLimiterPostgres | undefined;
  return async (key) => {
    limiter ??= new RateLimiterPostgres({
      // Without the library's statement names: neither a pooler in transaction mode nor the embedded database keeps them apart.
      storeClient: { query: ({ text, values }: { text: string; values: unknown[] }) => pool().query(text, values) },
      storeType: "client",
      tableName: "RateLimit",
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points: most,
      duration: seconds,
      inMemoryBlockOnConsumed: most + 1,
    });
    try {
      await limiter.consume(key);
      return 0;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    }
  };
}
