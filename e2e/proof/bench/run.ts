/**
 * `npm run bench`: how fast and how large the portal is, beside what it should be (docs/figures.md). All that
 * is compared runs on this machine, in turns. `npm run bench -- identity` measures that alone.
 */
import { rmSync } from "node:fs";
import { measureColdStart } from "@/e2e/proof/bench/cold-start";
import { measureGrowth } from "@/e2e/proof/bench/growth";
import { measureIdentity } from "@/e2e/proof/bench/identity";
import { measureInstances } from "@/e2e/proof/bench/instances";
import { measureJavaScript } from "@/e2e/proof/bench/javascript";
import { stopAll } from "@/e2e/proof/bench/processes";
import { buildReference } from "@/e2e/proof/bench/reference";
import { measureSandbox } from "@/e2e/proof/bench/sandbox";
import { measureSignIns } from "@/e2e/proof/bench/sign-in";
import { ensureBrowser } from "./find-browser";
import { findPostgres } from "./find-postgres";
import { ensurePrismaClient, ensureSecrets, loadEnvironment, run } from "./set-up";

/** Each prints its figures. Only what is the same on every machine returns whether it holds. */
const MEASUREMENTS: Record<string, () => Promise<boolean | void>> = {
  javascript: measureJavaScript,
  identity: measureIdentity,
  "sign-in": measureSignIns,
  "cold-start": measureColdStart,
  growth: measureGrowth,
  instances: measureInstances,
  sandbox: measureSandbox,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in MEASUREMENTS));
if (unknown.length > 0) {
  console.error(`There is no measurement "${unknown[0]}". There are: ${Object.keys(MEASUREMENTS).join(", ")}.`);
  process.exit(1);
}

process.env.NEXT_TELEMETRY_DISABLED = "1";
loadEnvironment();
ensureSecrets();
ensurePrismaClient();
ensureBrowser();
process.env.TEST_POSTGRES ??= findPostgres() ?? "";
rmSync(".data/bench-database", { recursive: true, force: true });
await buildReference();
await run(process.execPath, ["-C", "react-server", "scripts/run.mjs", "build"]);

let hasMissed = false;
try {
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    hasMissed = (await measure()) === false || hasMissed;
    await stopAll();
  }
} finally {
  await stopAll();
}
process.exit(hasMissed ? 1 : 0);
