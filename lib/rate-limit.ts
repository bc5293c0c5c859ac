import "server-only";
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { db } from "@/lib/db";

export type Limit = ReturnType<typeof createLimit>;

// RateLimiterPostgres counts in one statement. Without its name, which PgBouncer's transaction mode does not support.
const pgClient = {
  query: async ({ text, values }: { text: string; values: unknown[] }) => ({
    rows: await db().$queryRawUnsafe<unknown[]>(text, ...values),
  }),
};

/** @param deferred how many an instance lets through before it counts them, all at once: normal use writes no counter */
export function createLimit(name: string, most: number, seconds: number, deferred = 0) {
  const charges = new Map<string, Promise<unknown>>();
  const memory = new RateLimiterMemory({ points: deferred, duration: seconds });
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
    async count(key: string): Promise<number> {
      const used = deferred ? (await memory.consume(key).catch((full: RateLimiterRes) => full)).consumedPoints : 1;
      if (used <= deferred) return 0;
      if (charges.has(key)) await charges.get(key);
      try {
        const counted = limiter.consume(key, used === deferred + 1 ? used : 1);
        const clear = () => charges.delete(key);
        if (deferred && used === deferred + 1) charges.set(key, counted.then(clear, clear));
        await counted;
        return 0;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      }
    },
    refund: (key: string) => limiter.reward(key),
    reset: (key: string) => limiter.delete(key),
  };
}
