/**
 * `npm run bench` measures the portal's speed and size. Only ratios are comparable between machines, so most figures
 * are measured in turns with something else. The machine should be idle. `npm run bench -- identity` runs only that
 * measurement. The exit code is 1 when a page loads too much JavaScript; times never fail it.
 */
import { rmSync } from "node:fs";
import { measureColdStart } from "./cold-start";
import { measureGrowth } from "./growth";
import { measureIdentity } from "./identity";
import { measureInstances } from "./instances";
import { measureJavaScript } from "./javascript";
import { measureLighthouse } from "./lighthouse";
import { stopAll } from "./processes";
import { buildReference } from "./reference";
import { measureSandbox } from "./sandbox";
import { measureSignIns } from "./sign-in";
import { ensureBrowser } from "@/scripts/find-browser";
import { findPostgres } from "@/scripts/find-postgres";
import { ensurePrismaClient, loadEnvironment, run } from "@/scripts/set-up";

/** Each prints its figures. One that is the same on every machine also returns whether it meets its target. */
const MEASUREMENTS: Record<string, () => Promise<boolean | void>> = {
  javascript: measureJavaScript,
  identity: measureIdentity,
  "sign-in": measureSignIns,
  "cold-start": measureColdStart,
  growth: measureGrowth,
  instances: measureInstances,
  sandbox: measureSandbox,
  lighthouse: measureLighthouse,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in MEASUREMENTS));
if (unknown.length > 0) {
  console.error(`There is no measurement "${unknown[0]}". There are: ${Object.keys(MEASUREMENTS).join(", ")}.`);
  process.exit(1);
}

process.env.NEXT_TELEMETRY_DISABLED = "1";
loadEnvironment();
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
