/**
 * `npm test`: everything that must hold, in one command, with one line at the end that says whether it does.
 * `npm test -- --postgres` runs the end-to-end tests once more, against a real PostgreSQL.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureBrowser } from "./find-browser";
import { ensurePostgres } from "./find-postgres";
import { ensurePrismaClient } from "./set-up";

type Count = { passed: number; failed: number; skipped?: number };

const { values: options } = parseArgs({ options: { postgres: { type: "boolean" } } });
const UNIT_REPORT = ".data/unit-report.json";
const E2E_REPORT = ".data/e2e-report.json";
process.env.NEXT_TELEMETRY_DISABLED = "1";

ensurePrismaClient();
ensureBrowser();
mkdirSync(".data", { recursive: true });
for (const report of [UNIT_REPORT, E2E_REPORT]) rmSync(report, { force: true });

const node = (script: string, ...args: string[]) => [process.execPath, script, ...args];
const next = "node_modules/next/dist/bin/next";

const counts: Count[] = [];
// Types come first: Next writes the types of the routes for the others to read.
if (await check("Route types", node(next, "typegen"))) await check("Types", node("node_modules/typescript/bin/tsc"));
await check("Lint", node("node_modules/eslint/bin/eslint.js", "."));
await check("Format", node("node_modules/prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."));
await count(
  "Unit tests",
  node("node_modules/vitest/vitest.mjs", "run", "--reporter=default", "--reporter=json", `--outputFile=${UNIT_REPORT}`),
  () => {
    const report = JSON.parse(readFileSync(UNIT_REPORT, "utf8"));
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
  },
);
if (await check("Production build", [process.execPath, "-C", "react-server", "scripts/run.mjs", "build"])) {
  await countEndToEnd("End-to-end tests");
  if (options.postgres) {
    const programs = ensurePostgres();
    if (programs) {
      rmSync(E2E_REPORT, { force: true });
      await countEndToEnd("End-to-end tests against PostgreSQL", { TEST_POSTGRES: programs });
    } else {
      console.error("There is no PostgreSQL here, and none could be installed: not run against one.");
      counts.push({ passed: 0, failed: 0, skipped: 1 });
    }
  }
}

const total = (name: keyof Count) => counts.reduce((sum, count) => sum + (count[name] ?? 0), 0);
console.log(
  `\n${total("passed")} passed, ${total("failed")} failed${total("skipped") > 0 ? `, ${total("skipped")} skipped` : ""}`,
);
process.exit(total("failed") > 0 ? 1 : 0);

function countEndToEnd(name: string, env: Record<string, string> = {}): Promise<void> {
  const read = () => {
    const { stats } = JSON.parse(readFileSync(E2E_REPORT, "utf8"));
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
  };
  return count(name, node("node_modules/@playwright/test/cli.js", "test"), read, env);
}

/** Runs a command that either passes or fails as a whole. */
async function check(name: string, command: string[]): Promise<boolean> {
  const code = await show(name, command);
  counts.push(code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  return code === 0;
}

/** Runs a command that counts its own tests. One that fails without a failed test (a crash, say) counts as one. */
async function count(
  name: string,
  command: string[],
  read: () => Count,
  env: Record<string, string> = {},
): Promise<void> {
  const code = await show(name, command, env);
  let result: Count = { passed: 0, failed: 0 };
  try {
    result = read();
  } catch {
    console.error(`${name} left no report.`);
  }
  if ((code !== 0 && result.failed === 0) || result.passed === 0) result = { ...result, failed: result.failed + 1 };
  counts.push(result);
}

function show(name: string, [command = "", ...args]: string[], env: Record<string, string> = {}): Promise<number> {
  console.log(`\n── ${name}`);
  return new Promise((resolve) =>
    spawn(command, args, { stdio: "inherit", env: { ...process.env, ...env } }).once("exit", (code) =>
      resolve(code ?? 1),
    ),
  );
}
