import { describe, expect, it } from "vitest";
import { MIGRATIONS } from "@/prisma/generated/migrations";
import { readMigrations } from "@/prisma/read-migrations";
import { compareMigrations } from "./migrations";

const wanted = [{ name: "1_first" }, { name: "2_second" }];
const recorded = (name: string, isFinished = true) => ({ name, isFinished });

describe("compareMigrations", () => {
  it("finds nothing to do when all are finished, also beside those of a newer release", () => {
    const all = [recorded("1_first"), recorded("2_second"), recorded("3_third")];
    expect(compareMigrations(wanted, all)).toEqual({ pending: [], halfDone: [] });
  });

  it("names those that are missing", () => {
    expect(compareMigrations(wanted, [recorded("1_first")])).toEqual({ pending: ["2_second"], halfDone: [] });
  });

  it("names those that were started and not finished, unless a later attempt finished them", () => {
    const all = [recorded("1_first", false), recorded("1_first"), recorded("2_second", false)];
    expect(compareMigrations(wanted, all)).toEqual({ pending: ["2_second"], halfDone: ["2_second"] });
  });

  it("has the names of all migrations in the build", () => {
    expect(MIGRATIONS).toEqual(readMigrations().map(({ name }) => ({ name })));
  });
});
