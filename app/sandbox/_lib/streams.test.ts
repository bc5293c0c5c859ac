import { describe, expect, it, vi } from "vitest";
import { acquireStream, streamEvents } from "./streams";

vi.mock("@/lib/db", () => ({}));
vi.mock("@/lib/env", () => ({}));
vi.mock("@/lib/client-address", () => ({}));

describe("the limit of open streams (G13)", () => {
  const own = (key: string) => ({ key, most: 2 });
  const all = { key: "all", most: 3, isShared: true } as const;

  it("refuses a visitor with too many streams, and accepts others", () => {
    const release = acquireStream([all, own("a")]);
    acquireStream([all, own("a")]);
    expect(() => acquireStream([all, own("a")])).toThrow(
      expect.objectContaining({ status: 429, code: "too-many-streams", retryAfter: expect.any(Number) }),
    );
    acquireStream([all, own("b")]);
    expect(() => acquireStream([all, own("b")])).toThrow(
      expect.objectContaining({ status: 503, code: "busy", retryAfter: expect.any(Number) }),
    );
    release();
    release();
    acquireStream([all, own("a")]);
    expect(() => acquireStream([all, own("b")])).toThrow(expect.objectContaining({ status: 503 }));
  });
});

it("ends the stream of a client that reads nothing before its events fill the memory (G13)", async () => {
  let sent = 0;
  const response = streamEvents(new Request("http://localhost"), [], async (send, signal) => {
    while (!signal.aborted && sent < 40) {
      send({ text: "x".repeat(200_000) });
      sent++;
    }
  });
  expect(sent).toBe(3);
  expect((await response.text()).length).toBeLessThan(1_000_000);
});
