import "server-only";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { db } from "@/lib/db";

export type Limit = {
  /** Consumes one point. Returns 0 when it is allowed, otherwise the seconds until the next one is. */
  count(key: string): Promise<number>;
  refund(key: string): Promise<unknown>;
  reset(key: string): Promise<unknown>;
};

// RateLimiterPostgres counts in one statement, which RateLimiterPrisma does not. It takes a client of pg: this one goes
// through Prisma, without statement names, which neither PgBouncer nor the embedded database keeps apart.
const pgClient = {
  query: async ({ text, values }: { text: string; values: unknown[] }) => ({
    rows: await db().$queryRawUnsafe<unknown[]>(text, ...values),
  }),
};

/** Allows `most` times in `seconds` for each key, counted in the database: all instances of the portal count together. */
export function createLimit(name: string, most: number, seconds: number): Limit {
  const limiter = new RateLimiterPostgres({
    storeClient: pgClient,
    storeType: "client",
    tableName: "RateLimit",
    tableCreated: true,
    keyPrefix: name,
    points: most,
    duration: seconds,
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
