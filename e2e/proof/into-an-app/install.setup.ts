import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { APPS_FOLDER } from "./installed-app";

test("the four applications are created, with their packages", () => {
  test.setTimeout(600_000);
  rmSync(APPS_FOLDER, { recursive: true, force: true });
  const hasRegistry = spawnSync("npm", ["ping"], { timeout: 60_000 }).status === 0;
  test.skip(!hasRegistry, "The npm registry cannot be reached.");
  for (const entry of ["package.json", "package-lock.json", "apps"])
    cpSync(path.join(import.meta.dirname, entry), path.join(APPS_FOLDER, entry), { recursive: true });
  const { status, stderr } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: APPS_FOLDER,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
});
