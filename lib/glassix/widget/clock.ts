import { attempt } from "./attempt";

// Timers stand still while a machine sleeps, so the time is looked at this often at least.
const LONGEST_SLEEP = 15_000;

/** Milliseconds that have passed since some moment of this page. */
export type Clock = () => number;

/**
 * Counts the time that passes, and never goes back. Takes whichever of the browser's two clocks has
 * moved further: the monotonic one stands still while some machines sleep, and the wall clock may be set
 * at any moment. Set forward, time only seems to have passed sooner; set back, nothing changes.
 */
export function createClock(): Clock {
  let wall = Date.now();
  let monotonic = readMonotonic();
  let elapsed = 0;
  return () => {
    const [newWall, newMonotonic] = [Date.now(), readMonotonic()];
    elapsed += Math.max(newWall - wall, newMonotonic - monotonic, 0);
    [wall, monotonic] = [newWall, newMonotonic];
    return elapsed;
  };
}

const readMonotonic = () => attempt(() => performance.now()) ?? 0;

/** A signal that aborts with `signal`, or after `time` milliseconds: AbortSignal.any and .timeout are missing in older browsers. */
export function limitTime(signal: AbortSignal, time: number): AbortSignal {
  const limit = new AbortController();
  setTimeout(() => limit.abort(new DOMException("No answer in time.", "TimeoutError")), time);
  signal.addEventListener("abort", () => limit.abort(signal.reason));
  return limit.signal;
}

/**
 * Calls `ring` once when a moment of `clock` has come: at most 15 seconds late, also after a sleep.
 *
 * @returns what sets the moment, in place of the one before; Infinity for none
 */
export function createAlarm(clock: Clock, ring: () => void): (at: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return function set(at) {
    clearTimeout(timer);
    if (at === Infinity) return;
    const wait = Math.min(Math.max(at - clock(), 0), LONGEST_SLEEP);
    timer = setTimeout(() => (clock() >= at ? ring() : set(at)), wait);
  };
}
