import { describe, expect, it } from "vitest";
import { createCode, formatCode, normalizeCode } from "./recovery-codes";

describe("recovery codes", () => {
  it("have 120 random bits, in groups of four characters", () => {
    const codes = Array.from({ length: 200 }, createCode);
    expect(new Set(codes).size).toBe(200);
    // Every character of the alphabet appears.
    expect(new Set(codes.join("")).size).toBe(32);
    expect(formatCode(codes[0]!)).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(normalizeCode(formatCode(codes[0]!))).toBe(codes[0]);
  });

  it.each([
    "0123-4567-89AB-1J01-WXYZ-0000",
    "0123456789ab1j01wxyz0000",
    " o123 4567 89aB ijOl wxyz oooo ",
    "O123—4567—89AB—IJOL—WXYZ—OOOO",
  ])("are read from %s", (text) => {
    expect(normalizeCode(text)).toBe("0123456789AB1J01WXYZ0000");
  });

  it.each([
    "",
    "0123-4567-89AB-CDEF",
    "0123-4567-89AB-CDEF-0123-4567-0",
    "0123-4567-89AB-CDEF-0123-456U",
    "🦄".repeat(24),
  ])("are not read from %j", (text) => {
    expect(normalizeCode(text)).toBeNull();
  });
});
