import { expect, test } from "vitest";
import { summarizeAudit } from "./audit-report";

const audit = (vulnerabilities: object) => summarizeAudit(JSON.stringify({ auditReportVersion: 2, vulnerabilities }));

test("a high advisory with a fix asks for it; one without a fix, or with one that may break something, is told and no more", () => {
  const unfixed = { severity: "critical", range: "<2.0.0", fixAvailable: false };
  const breaking = { severity: "high", range: "*", fixAvailable: { name: "b", version: "3.0.0", isSemVerMajor: true } };
  const low = { severity: "low", range: "*", fixAvailable: true };
  expect(audit({ a: unfixed, b: breaking, c: low })).toEqual({
    lines: [
      "npm audit: 3 packages with advisories",
      "  b *: high, fixed by b 3.0.0, which may break something",
      "  c *: low, fixed by npm audit fix",
      "  a <2.0.0: critical, no fix yet",
    ],
    isFixNeeded: false,
  });
  const fixable = { severity: "high", range: "<1.2.3", fixAvailable: { name: "d", version: "1.2.3" } };
  expect(audit({ a: unfixed, d: fixable })).toMatchObject({ isFixNeeded: true });
  expect(audit({ a: unfixed, d: fixable }).lines[1]).toBe("  d <1.2.3: high, fixed by d 1.2.3");
  expect(audit({})).toEqual({ lines: ["npm audit: no packages with advisories"], isFixNeeded: false });
});

test("a registry without advisories is said to be one, and fails nothing", () => {
  for (const answer of ["", "{", '{"message":"405"}'])
    expect(summarizeAudit(answer)).toMatchObject({
      isFixNeeded: false,
      lines: [expect.stringContaining("Nothing is known")],
    });
});
