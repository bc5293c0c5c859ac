import { setTimeout } from "node:timers/promises";
import { beforeEach, expect, test, vi } from "vitest";
import { createLimit } from "./rate-limit";

const database = vi.hoisted(() => ({ points: 0, statements: [] as number[] }));
vi.mock("@/lib/db", () => ({
  db: () => ({
    async $queryRawUnsafe(_: string, __: string, points: number) {
      database.statements.push(points);
      // The statement that charges the deferred ones is the slowest.
      if (points > 1) await setTimeout(50);
      database.points += points;
      return [{ points: database.points, expire: Date.now() + 60_000 }];
    },
  }),
}));

beforeEach(() => Object.assign(database, { points: 0, statements: [] }));

test("deferred ones are counted together with the next, and cause no statement before", async () => {
  const limit = createLimit("mint", 120, 60, 10);
  for (let count = 0; count < 10; count++) expect(await limit.count("session")).toBe(0);
  expect(database.statements).toEqual([]);
  for (let count = 0; count < 2; count++) expect(await limit.count("session")).toBe(0);
  expect(database.statements).toEqual([11, 1]);
});

test("deferred ones are charged before later ones can use up the limit", async () => {
  const limit = createLimit("mint", 120, 60, 10);
  database.points = 88; // Counted by other instances.
  const seconds = await Promise.all(Array.from({ length: 44 }, () => limit.count("session")));
  expect(seconds.filter((wait) => wait === 0)).toHaveLength(120 - 88);
  expect(Math.max(...seconds)).toBeGreaterThan(0);
});
