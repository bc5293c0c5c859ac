// `node scripts/run.mjs <name>` runs scripts/<name>.ts. Plain JavaScript without packages: on a fresh clone it installs them.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const [name, ...args] = process.argv.slice(2);

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: this project needs 20.19 or newer.`);
  process.exit(1);
}

// npm runs `postinstall` while it installs: installing from there would never end.
if (process.env.npm_lifecycle_event !== "postinstall" && !isInstalled()) {
  console.error("Installing dependencies (npm ci) ...");
  // Install scripts are not needed, and every script here generates the Prisma client itself.
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    // npm's output goes to stderr: stdout belongs to the script, which may print JSON.
    stdio: ["inherit", 2, "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}

process.argv.splice(1, Infinity, path.join(root, "scripts", `${name}.ts`), ...args);
const { register } = await import("tsx/esm/api");
register();
try {
  await import(pathToFileURL(process.argv[1]).href);
} catch (error) {
  const isExplained = ["DataFolderInUseError", "CommandError", "EnvError"].includes(error.name);
  console.error(isExplained ? error.message : error);
  process.exit(1);
}

function isInstalled() {
  const installedList = "node_modules/.package-lock.json";
  if (!existsSync(installedList)) return false;
  const isProduction = process.env.NODE_ENV === "production";
  const read = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const installed = read(installedList);
  return Object.entries(read("package-lock.json")).every(
    ([folder, { version, optional, dev }]) =>
      folder === "" || optional || (dev && isProduction) || installed[folder]?.version === version,
  );
}
