import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureBrowser } from "./find-browser";
import { findCommand } from "./find-command";
import { ensurePostgres } from "./find-postgres";
import { ensurePrismaClient } from "./set-up";

type Count = { passed: number; failed: number; skipped: number };

const { values: options } = parseArgs({ options: { postgres: { type: "boolean" }, proof: { type: "boolean" } } });
const UNIT_REPORT = ".data/unit-report.json";
const E2E_REPORT = ".data/e2e-report.json";
process.env.NEXT_TELEMETRY_DISABLED = "1";

ensurePrismaClient();
ensureBrowser();
mkdirSync(".data", { recursive: true });

const counts: Count[] = [];
if (!options.proof) {
  await check("Route types", findCommand("next"), "typegen");
  await Promise.all([
    check("Types", findCommand("tsc", "typescript")),
    check("Lint", findCommand("eslint"), "."),
    check("Format", findCommand("prettier"), "--check", "--log-level", "warn", "."),
  ]);
  await countUnitTests();
}
if (await check("Production build", "-C", "react-server", "scripts/run.mjs", "build")) {
  await countEndToEndTests("End-to-end tests");
  const postgres = options.postgres && ensurePostgres();
  if (postgres) await countEndToEndTests("End-to-end tests against PostgreSQL", { TEST_POSTGRES: postgres });
  else if (options.postgres) {
    console.error("PostgreSQL is not installed here, and could not be installed.");
    counts.push({ passed: 0, failed: 0, skipped: 1 });
  }
}

const total = (name: keyof Count) => counts.reduce((sum, count) => sum + count[name], 0);
console.log(`\n${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`);
process.exit(total("failed") > 0 ? 1 : 0);

async function check(name: string, ...args: string[]): Promise<boolean> {
  const code = await runNode(name, args);
  counts.push({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
  return code === 0;
}

function countUnitTests(): Promise<void> {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile=${UNIT_REPORT}`];
  return count("Unit tests", [findCommand("vitest"), "run", ...reporters], UNIT_REPORT, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests,
  }));
}

function countEndToEndTests(name: string, env: Record<string, string> = {}): Promise<void> {
  const projects = options.proof ? ["proof", "into-an-app"] : ["portal", "sandbox"];
  const args = [
    findCommand("playwright", "@playwright/test"),
    "test",
    ...projects.map((project) => `--project=${project}`),
  ];
  const read = ({ stats }: Report) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  });
  return count(name, args, E2E_REPORT, read, env);
}

type Report = Record<string, number> & { stats: Record<"expected" | "flaky" | "unexpected" | "skipped", number> };

/** Runs a command that reports its tests. If no test passed or failed (after a crash, say), that counts as one failure. */
async function count(
  name: string,
  args: string[],
  reportFile: string,
  read: (report: Report) => Partial<Count>,
  env: Record<string, string> = {},
): Promise<void> {
  rmSync(reportFile, { force: true });
  const code = await runNode(name, args, env);
  let result: Count = { passed: 0, failed: 0, skipped: 0 };
  try {
    result = { ...result, ...read(JSON.parse(readFileSync(reportFile, "utf8"))) };
  } catch {
    console.error(`${name} produced no report.`);
  }
  if (result.failed === 0 && (code !== 0 || result.passed === 0)) result.failed = 1;
  counts.push(result);
}

function runNode(name: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  console.log(`\n── ${name}`);
  const child = spawn(process.execPath, args, { stdio: "inherit", env: { ...process.env, ...env } });
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}
