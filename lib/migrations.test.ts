import { describe, expect, it } from "vitest";
import { MIGRATIONS } from "@/prisma/generated/migrations";
import { readMigrations } from "@/prisma/read-migrations";
import { compareMigrations } from "./migrations";

const wanted = [
  { name: "1_first", checksum: "a" },
  { name: "2_second", checksum: "b" },
];
const recorded = (name: string, checksum: string, isFinished = true) => ({ name, checksum, isFinished });

describe("The migrations of a database", () => {
  it("are complete when each is finished in the form that this version has", () => {
    const all = [recorded("1_first", "a"), recorded("2_second", "b")];
    expect(compareMigrations(wanted, all)).toEqual({ pending: [], halfDone: [] });
  });

  it("lack what is missing, and what was changed since", () => {
    expect(compareMigrations(wanted, [])).toEqual({ pending: ["1_first", "2_second"], halfDone: [] });
    expect(compareMigrations(wanted, [recorded("1_first", "a"), recorded("2_second", "x")]).pending).toEqual([
      "2_second",
    ]);
  });

  it("may be more: a newer version is being deployed", () => {
    const all = [recorded("1_first", "a"), recorded("2_second", "b"), recorded("3_third", "c")];
    expect(compareMigrations(wanted, all)).toEqual({ pending: [], halfDone: [] });
  });

  it("are half-done where one was begun and not finished, but not where it was finished later", () => {
    expect(compareMigrations(wanted, [recorded("1_first", "a"), recorded("2_second", "b", false)])).toEqual({
      pending: ["2_second"],
      halfDone: ["2_second"],
    });
    const again = [recorded("1_first", "a", false), recorded("1_first", "a"), recorded("2_second", "b")];
    expect(compareMigrations(wanted, again).halfDone).toEqual([]);
  });

  it("are listed in the build as they stand in the folder", () => {
    expect(MIGRATIONS).toEqual(readMigrations().map(({ name, checksum }) => ({ name, checksum })));
  });
});
