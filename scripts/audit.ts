/** `npm run audit`: what npm's advisories say of the dependencies, and whether there is something to do about it. */
import { spawnSync } from "node:child_process";
import { summarizeAudit } from "./audit-report";

const { stdout, error } = spawnSync("npm", ["audit", "--json"], {
  encoding: "utf8",
  maxBuffer: 100_000_000,
  shell: process.platform === "win32",
});
const { lines, isFixNeeded } = summarizeAudit(error ? "" : stdout);
lines.forEach((line) => console.log(line));
process.exitCode = isFixNeeded ? 1 : 0;
