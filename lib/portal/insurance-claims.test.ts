import { expect, it } from "vitest";
import { choosePage } from "./insurance-claims";

it.each([
  [undefined, 45, 1, 3],
  ["1", 45, 1, 3],
  ["3", 45, 3, 3],
  ["4", 45, 3, 3],
  ["999999999", 45, 3, 3],
  ["9".repeat(400), 45, 1, 3],
  ["0", 45, 1, 3],
  ["-1", 45, 1, 3],
  ["1.5", 45, 1, 3],
  ["1e3", 45, 1, 3],
  ["٢", 45, 1, 3],
  ["2\n", 45, 1, 3],
  ["", 45, 1, 3],
  [["2", "3"], 45, 1, 3],
  ["2", 40, 2, 2],
  ["2", 20, 1, 1],
  ["2", 0, 1, 1],
])("?page=%j with %i items selects page %i of %i", (wanted, total, page, pages) =>
  expect(choosePage(wanted, total)).toEqual({ page, pages }),
);
