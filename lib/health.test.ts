import { beforeEach, describe, expect, it, vi } from "vitest";
import { MIGRATIONS } from "@/prisma/generated/migrations";
import { checkHealth } from "./health";

const query = vi.hoisted(() => vi.fn());
vi.mock("@/lib/db", () => ({ pool: () => ({ query }), diskFullAt: () => 0 }));

const answer = (changes: object = {}) => ({
  rows: [
    {
      isReadOnly: false,
      now: new Date(),
      recorded: MIGRATIONS.map((migration) => ({ ...migration, isFinished: true })),
      ...changes,
    },
  ],
});

describe("The health", () => {
  beforeEach(() => {
    query.mockReset();
    vi.useRealTimers();
  });

  it("is well when the database answers, is migrated and takes writing", async () => {
    query.mockResolvedValue(answer());
    expect(await checkHealth()).toEqual({ isReady: true, database: "ok", problems: [] });
  });

  it.each([
    ["ahead of", -61],
    ["behind", 61],
  ])("names a clock that is a minute %s the database's, and goes on working", async (where, seconds) => {
    query.mockResolvedValue(answer({ now: new Date(Date.now() + seconds * 1000 + Math.sign(seconds) * 500) }));
    const { isReady, database, problems } = await checkHealth();
    expect({ isReady, database }).toEqual({ isReady: true, database: "ok" });
    expect(problems).toMatchObject([{ code: "clock", found: expect.stringContaining(where) }]);
  });

  it("takes a slow answer for no wrong clock", async () => {
    vi.useFakeTimers();
    query.mockImplementation(async () => {
      const early = new Date(Date.now() - 59_000);
      vi.advanceTimersByTime(3_000);
      return answer({ now: early });
    });
    expect((await checkHealth()).problems).toEqual([]);
  });

  it("names what the database lacks, by its migration", async () => {
    query.mockResolvedValue(answer({ recorded: [] }));
    const { isReady, database, problems } = await checkHealth();
    expect({ isReady, database }).toEqual({ isReady: false, database: "un-migrated" });
    expect(problems[0]!.found).toContain(MIGRATIONS[0]!.name);
  });

  it("never throws, and says no word of the error itself", async () => {
    query.mockRejectedValue(Object.assign(new Error("password authentication failed for user 'x'"), { code: "28P01" }));
    const health = await checkHealth();
    expect(health).toMatchObject({ isReady: false, database: "access-refused" });
    expect(JSON.stringify(health)).not.toContain("authentication failed");
  });
});
