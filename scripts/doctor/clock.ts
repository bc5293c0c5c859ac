import { fail, ok, warn, type Outcome } from "./check";

/** Seconds. A token lives for hours, but it also begins: a clock that is ahead makes tokens of the future. */
const NOTABLE = 5;
const TOO_MUCH = 60;

/** How far another clock is ahead of this machine's, and who says so. */
export type ClockReading = { whose: string; secondsAhead: number };

/** Asks for the time and says how far it is ahead: by the middle between the question and the answer. */
export async function readClock(whose: string, ask: () => Promise<Date>): Promise<ClockReading> {
  const askedAt = Date.now();
  const time = (await ask()).getTime();
  return { whose, secondsAhead: (time - (askedAt + Date.now()) / 2) / 1000 };
}

export function judgeClock({ whose, secondsAhead }: ClockReading): Outcome {
  const size = Math.abs(secondsAhead);
  if (size <= NOTABLE) return ok(`within ${Math.max(1, Math.ceil(size))} s of ${whose}`);
  const found = `This clock is ${Math.round(size)} s ${secondsAhead > 0 ? "behind" : "ahead of"} that of ${whose}.`;
  const todo =
    "Set this machine's clock by NTP, or find out which of the two is wrong: Glassix judges a token's times by its own clock.";
  return size > TOO_MUCH ? fail(found, todo) : warn(found, todo);
}
