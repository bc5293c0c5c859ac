import "server-only";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { RequestError } from "./request-error";

export function createLocalLimit(most: number, seconds: number): (key: string) => Promise<void> {
  const limiter = new RateLimiterMemory({ points: most, duration: seconds });
  return async (key) => {
    try {
      await limiter.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const wait = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw new RequestError(429, "rate-limited", `Too many requests. Try again in ${wait} seconds.`, wait);
    }
  };
}
