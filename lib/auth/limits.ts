import "server-only";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { pool } from "@/lib/db";

// Far more than a person who signs in and out all day, far less than a loop.
const MINTS_PER_MINUTE = 120;

let mints: RateLimiterPostgres | undefined;

/**
 * Counts one more identity minted for this user.
 *
 * @returns 0 when it may be minted, otherwise the seconds until the next may
 */
export async function countMint(userId: string): Promise<number> {
  mints ??= new RateLimiterPostgres({
    // Without the library's statement names: neither a pooler in transaction mode nor the embedded database keeps them apart.
    storeClient: { query: ({ text, values }: { text: string; values: unknown[] }) => pool().query(text, values) },
    storeType: "client",
    tableName: "RateLimit",
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: "mint",
    points: MINTS_PER_MINUTE,
    duration: 60,
    inMemoryBlockOnConsumed: MINTS_PER_MINUTE + 1,
  });
  try {
    await mints.consume(userId);
    return 0;
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
  }
}
