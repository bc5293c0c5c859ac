import "server-only";
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { db } from "@/lib/db";

export type Limit = {
  /** Consumes one point. Returns 0 when it is allowed, otherwise the seconds until the next one is. */
  count(key: string): Promise<number>;
  /** Refunds one point. */
  refund(key: string): Promise<void>;
  /** Deletes the counter. */
  reset(key: string): Promise<void>;
};

// RateLimiterPostgres counts in one statement, which RateLimiterPrisma does not. It takes a client of pg: this one goes
// through Prisma, without statement names, which neither PgBouncer nor the embedded database keeps apart.
const pgClient = {
  query: async ({ text, values }: { text: string; values: unknown[] }) => ({
    rows: await db().$queryRawUnsafe<unknown[]>(text, ...values),
  }),
};

/**
 * Makes a limit: `most` times in `seconds`, for each key. Counted in the database, so that all instances of the portal
 * count together.
 *
 * @param name separates this limit's counters from others
 */
export function createLimit(name: string, most: number, seconds: number): Limit {
  let created: RateLimiterPostgres | undefined;
  const limiter = () =>
    (created ??= new RateLimiterPostgres({
      storeClient: pgClient,
      storeType: "client",
      tableName: "RateLimit",
      tableCreated: true,
      keyPrefix: name,
      points: most,
      duration: seconds,
    }));
  return {
    count: (key) => consume(limiter(), key),
    async refund(key) {
      await limiter().reward(key);
    },
    async reset(key) {
      await limiter().delete(key);
    },
  };
}

/** Makes a limit that each process counts for itself, for what must work without the database. Returns its `count`. */
export function createLocalLimit(most: number, seconds: number): Limit["count"] {
  const limiter = new RateLimiterMemory({ points: most, duration: seconds });
  return (key) => consume(limiter, key);
}

async function consume(limiter: RateLimiterMemory | RateLimiterPostgres, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
  }
}
