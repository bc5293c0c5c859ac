import { beforeEach, describe, expect, it, vi } from "vitest";
import { limitAttempts, limitRegistrations } from "./sign-in-limits";

const { counters, full, client, notices } = vi.hoisted(() => ({
  notices: [] as string[][],
  counters: new Map<string, number>(),
  full: new Set<string>(),
  client: { address: null as string | null, device: null as { id: string; accounts: string[] } | null },
}));
vi.mock("@/lib/audit", () => ({ audit: vi.fn(), hashAccount: (email: string) => email }));
vi.mock("@/lib/client-address", () => ({ readClientAddress: async () => client.address }));
vi.mock("./outbox", () => ({
  notify: async ({ email }: { email: string }, notice: string) => notices.push([email, notice]),
}));
vi.mock("./cookies", () => ({ encryptedCookie: () => ({ read: async () => client.device, write: async () => {} }) }));
vi.mock("@/lib/rate-limit", () => ({
  createLimit: (name: string) => {
    const add = (key: string, points: number) =>
      counters.set(`${name}:${key}`, (counters.get(`${name}:${key}`) ?? 0) + points);
    return {
      count: async (key: string) => (full.has(`${name}:${key}`) ? 60 : (add(key, 1), 0)),
      refund: async (key: string) => add(key, -1),
      reset: async (key: string) => counters.delete(`${name}:${key}`),
    };
  },
}));

beforeEach(() => {
  counters.clear();
  full.clear();
  notices.length = 0;
  Object.assign(client, { address: null, device: null });
});

/** Starts so many attempts, which run until `finish`. */
function start(count: number, attempt: (work: () => Promise<null>, index: number) => Promise<unknown>) {
  let finish = () => {};
  const isFinished = new Promise<null>((resolve) => (finish = () => resolve(null)));
  const work = () => isFinished;
  const results = Promise.allSettled(Array.from({ length: count }, (_, index) => attempt(work, index)));
  return {
    async finish() {
      finish();
      const refused = (await results).filter((result) => result.status === "rejected");
      return refused.map(({ reason }) => (reason as Error).name);
    },
  };
}

const signIn = (work: () => Promise<null>, index: number) => limitAttempts(`${index}@example.com`, work);
const busy = (count: number) => Array.from({ length: count }, () => "BusyError");

describe("sign-ins at the same moment (G13)", () => {
  it("are refused beyond ten from unknown devices, without being counted", async () => {
    const flood = start(30, signIn);
    expect(await flood.finish()).toEqual(busy(20));
    expect(counters.get("sign-in-overall:all")).toBe(10);
    expect(await start(10, signIn).finish()).toEqual([]);
  });

  it("leave room for known devices, and these for unknown ones", async () => {
    const strangers = start(30, signIn);
    client.device = { id: "d", accounts: Array.from({ length: 30 }, (_, index) => `${index}@example.com`) };
    const customers = start(30, signIn);
    expect(await customers.finish()).toEqual(busy(22));
    expect(await strangers.finish()).toEqual(busy(20));
  });

  it("are refused beyond two for one account", async () => {
    expect(await start(5, (work) => limitAttempts("one@example.com", work)).finish()).toEqual(busy(3));
  });

  it("are refused beyond four from one address, also with registrations", async () => {
    client.address = "203.0.113.7";
    const flood = start(6, (work, index) => (index % 2 ? signIn(work, index) : limitRegistrations(work)));
    expect(await flood.finish()).toEqual(busy(2));
  });
});

describe("what counts", () => {
  it("is an attempt with a wrong password, but not one with the right one", async () => {
    client.address = "203.0.113.7";
    await limitAttempts("one@example.com", async () => null);
    expect(Object.fromEntries(counters)).toEqual({
      "sign-in-from:203.0.113.7": 1,
      "sign-in:one@example.com": 1,
      "sign-in-overall:all": 1,
    });
    await limitAttempts("one@example.com", async () => ({}));
    expect(Object.fromEntries(counters)).toEqual({ "sign-in-from:203.0.113.7": 1, "sign-in-overall:all": 1 });
  });

  it("is nothing when the account is locked or the work fails", async () => {
    client.address = "203.0.113.7";
    full.add("sign-in:one@example.com");
    await expect(limitAttempts("one@example.com", async () => null)).rejects.toMatchObject({ name: "LockedError" });
    await expect(limitAttempts("two@example.com", () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    await expect(limitRegistrations(() => Promise.reject(new Error("down")))).rejects.toThrow("down");
    counters.delete("lockout-mail:one@example.com");
    expect([...counters.values()].every((points) => points === 0)).toBe(true);
  });

  it("notifies the customer of a lockout once a day", async () => {
    full.add("sign-in:one@example.com");
    await expect(limitAttempts("one@example.com", async () => null)).rejects.toThrow();
    full.add("lockout-mail:one@example.com");
    await expect(limitAttempts("one@example.com", async () => null)).rejects.toThrow();
    expect(notices).toEqual([["one@example.com", "lockout"]]);
  });

  it("is a registration, even with a taken address", async () => {
    client.address = "203.0.113.7";
    expect(await limitRegistrations(async () => false)).toBe(false);
    expect(Object.fromEntries(counters)).toEqual({ "register-from:203.0.113.7": 1, "register-overall:all": 1 });
  });
});
