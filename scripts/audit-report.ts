import { z } from "zod";

/** As much of `npm audit --json` (auditReportVersion 2) as is needed. */
const report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.string(),
      range: z.string(),
      fixAvailable: z.union([
        z.boolean(),
        z.object({ name: z.string(), version: z.string(), isSemVerMajor: z.boolean().optional() }),
      ]),
    }),
  ),
});

/**
 * Says in a line each what is known of which package, the fixable first.
 *
 * @param json what `npm audit --json` has printed
 * @returns `isFixNeeded`: whether something high or critical has a fix that breaks nothing. What has none
 *   is no reason to stop
 */
export function summarizeAudit(json: string): { lines: string[]; isFixNeeded: boolean } {
  let found;
  try {
    found = report.parse(JSON.parse(json));
  } catch {
    return {
      lines: ["npm audit: the registry gives no advisories. Nothing is known, good or bad."],
      isFixNeeded: false,
    };
  }
  const packages = Object.entries(found.vulnerabilities).map(([name, { severity, range, fixAvailable: fix }]) => {
    const isMajor = typeof fix === "object" && fix.isSemVerMajor === true;
    const isUrgent = fix !== false && !isMajor && (severity === "high" || severity === "critical");
    const advice = !fix
      ? "no fix yet"
      : typeof fix === "object"
        ? `fixed by ${fix.name} ${fix.version}${isMajor ? ", which may break something" : ""}`
        : "fixed by npm audit fix";
    return { isUrgent, hasFix: fix !== false, line: `  ${name} ${range}: ${severity}, ${advice}` };
  });
  packages.sort((a, b) => Number(b.isUrgent) - Number(a.isUrgent) || Number(b.hasFix) - Number(a.hasFix));
  return {
    lines: [`npm audit: ${packages.length || "no"} packages with advisories`, ...packages.map(({ line }) => line)],
    isFixNeeded: packages.some(({ isUrgent }) => isUrgent),
  };
}
