// Timers pause while a machine sleeps, so the time is checked at least this often.
const LONGEST_SLEEP = 15_000;
const REQUEST_TIMEOUT = 10_000;

export type Clock = () => number;

/** A clock that never goes back. Some machines pause the monotonic clock during sleep; the wall clock can be changed. */
export function createClock(): Clock {
  let wall = Date.now();
  let monotonic = performance.now();
  let elapsed = 0;
  return () => {
    const [newWall, newMonotonic] = [Date.now(), performance.now()];
    elapsed += Math.max(newWall - wall, newMonotonic - monotonic, 0);
    [wall, monotonic] = [newWall, newMonotonic];
    return elapsed;
  };
}

/** Aborts with `signal` or after 10 seconds. AbortSignal.any is missing in older browsers. */
export function limitTime(signal: AbortSignal): AbortSignal {
  const limit = new AbortController();
  setTimeout(() => limit.abort(), REQUEST_TIMEOUT);
  signal.addEventListener("abort", () => limit.abort(signal.reason));
  return limit.signal;
}

/** Returns a function that sets when to call `callback`: at most 15 seconds late, even after sleep. Infinity: never. */
export function createAlarm(clock: Clock, callback: () => void): (at: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return function set(at) {
    clearTimeout(timer);
    if (at === Infinity) return;
    const wait = Math.min(Math.max(at - clock(), 0), LONGEST_SLEEP);
    timer = setTimeout(() => (clock() >= at ? callback() : set(at)), wait);
  };
}
