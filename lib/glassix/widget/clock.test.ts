import { afterEach, expect, it, vi } from "vitest";
import { createClock } from "./clock";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it.each([
  ["is missing", undefined],
  [
    "throws",
    {
      now() {
        throw new Error("not in this browser");
      },
    },
  ],
])("counts by the wall clock when the monotonic one %s", (_, performance) => {
  vi.useFakeTimers();
  vi.stubGlobal("performance", performance);
  const clock = createClock();
  vi.setSystemTime(Date.now() + 5_000);
  expect(clock()).toBe(5_000);
});
