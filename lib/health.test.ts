import { beforeEach, describe, expect, it, vi } from "vitest";
import { MIGRATIONS } from "@/prisma/generated/migrations";
import { findProblem } from "./health";

const query = vi.hoisted(() => vi.fn());
vi.mock("@/lib/db", () => ({ db: () => ({ $queryRaw: query }) }));

const applied = [...MIGRATIONS];

describe("findProblem", () => {
  beforeEach(() => {
    query.mockReset();
  });

  it("finds no problem when the database responds, is migrated and accepts writes", async () => {
    query.mockResolvedValue([{ isReadOnly: false, applied }]);
    expect(await findProblem()).toBeNull();
  });

  it("names missing migrations", async () => {
    query.mockResolvedValue([{ isReadOnly: false, applied: applied.slice(1) }]);
    const problem = await findProblem();
    expect(problem?.code).toBe("un-migrated");
    expect(problem?.found).toContain(MIGRATIONS[0]!);
  });

  it("reports a read-only database", async () => {
    query.mockResolvedValue([{ isReadOnly: true, applied }]);
    expect(await findProblem()).toMatchObject({ code: "read-only" });
  });

  it("explains an error without repeating it", async () => {
    query.mockRejectedValue(Object.assign(new Error("password authentication failed for user 'x'"), { code: "28P01" }));
    const problem = await findProblem();
    expect(problem?.code).toBe("access-refused");
    expect(JSON.stringify(problem)).not.toContain("authentication failed");
  });
});
