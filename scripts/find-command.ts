import { readFileSync } from "node:fs";
import path from "node:path";

/** The script of a package's command, to run with Node: unlike `npx`, it receives signals, also on Windows. */
export function findCommand(name: string, packageName = name): string {
  const folder = path.resolve("node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  return path.join(folder, typeof bin === "string" ? bin : bin[name]);
}
