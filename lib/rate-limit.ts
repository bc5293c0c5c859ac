import "server-only";
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { db } from "@/lib/db";

export type Limit = {
  count(key: string): Promise<number>;
  refund(key: string): Promise<unknown>;
  reset(key: string): Promise<unknown>;
};

// RateLimiterPostgres counts in one statement, RateLimiterPrisma in several. Without the statement's name, because
// PgBouncer in transaction mode does not support it.
const pgClient = {
  query: async ({ text, values }: { text: string; values: unknown[] }) => ({
    rows: await db().$queryRawUnsafe<unknown[]>(text, ...values),
  }),
};

/** @param uncounted how many of them each instance lets through without a statement: normal use writes no counter */
export function createLimit(name: string, most: number, seconds: number, uncounted = 0): Limit {
  const memory = new RateLimiterMemory({ points: uncounted, duration: seconds });
  const limiter = new RateLimiterPostgres({
    storeClient: pgClient,
    storeType: "client",
    tableName: "RateLimit",
    tableCreated: true,
    keyPrefix: name,
    points: most,
    duration: seconds,
    clearExpiredByTimeout: name === "sign-in",
  });
  return {
    async count(key) {
      try {
        if (uncounted > 0 && (await memory.consume(key).catch(() => null))) return 0;
        await limiter.consume(key);
        return 0;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      }
    },
    refund: (key) => limiter.reward(key),
    reset: (key) => limiter.delete(key),
  };
}
