import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Copies the project with its packages, without builds and data. */
export function copyProject(name: string): string {
  const copy = mkdtempSync(path.join(tmpdir(), `${name}-`));
  for (const entry of readdirSync("."))
    if (!/^(node_modules|\.next|\.data|\.git|\.env\..*local|.*\.tsbuildinfo)$/.test(entry))
      cpSync(entry, path.join(copy, entry), { recursive: true });
  // Uses hard links if both folders are on the same disk.
  const copyPackages = (options: string) => spawnSync("cp", [options, "node_modules", copy]).status === 0;
  if (!copyPackages("-al") && !copyPackages("-a")) throw new Error(`node_modules could not be copied to ${copy}.`);
  return copy;
}
