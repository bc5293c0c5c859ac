// `node scripts/run.mjs <name>` runs scripts/<name>.ts. Plain JavaScript and nothing but Node, because on a
// fresh clone it is what installs everything else.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: this project needs 20.19 or newer.`);
  process.exit(1);
}

if (!isInstalled()) {
  console.error("Installing dependencies (npm ci) ...");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    // Not on the standard output: that belongs to the script, which may print JSON.
    stdio: ["inherit", 2, "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}

const [name, ...args] = process.argv.slice(2);
process.argv.splice(1, Infinity, path.join(root, "scripts", `${name}.ts`), ...args);
const { register } = await import("tsx/esm/api");
register();
try {
  await import(pathToFileURL(process.argv[1]).href);
} catch (error) {
  // These say all there is to say; of anything else the stack is wanted.
  const isPlain = ["DataFolderInUseError", "CommandError"].includes(error.name);
  console.error(isPlain ? error.message : error);
  process.exit(1);
}

/** Whether node_modules holds what package-lock.json asks for: npm keeps a list of what it has installed. */
function isInstalled() {
  const installedList = "node_modules/.package-lock.json";
  if (!existsSync(installedList)) return false;
  // npm leaves out the development dependencies there.
  const isProduction = process.env.NODE_ENV === "production";
  const read = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const installed = read(installedList);
  return Object.entries(read("package-lock.json")).every(
    ([folder, { version, optional, dev }]) =>
      folder === "" || optional || (dev && isProduction) || installed[folder]?.version === version,
  );
}
