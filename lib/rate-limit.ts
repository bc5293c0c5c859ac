import "server-only";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
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

export function createLimit(name: string, most: number, seconds: number): Limit {
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
