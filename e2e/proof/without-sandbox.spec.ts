import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { startProcess } from "./portal-process";
import { copyProject } from "./project-copy";
import { HAS_SANDBOX, portAt } from "../servers";

test.skip(!HAS_SANDBOX, "The sandbox has been deleted.");
test.setTimeout(3_600_000);

test("a copy of the project passes npm test after the sandbox was deleted, with no further edit", async () => {
  const copy = copyProject("portal-without-sandbox");
  try {
    for (const folder of ["app/sandbox", "e2e/sandbox"]) rmSync(path.join(copy, folder), { recursive: true });

    // A new database never had the schema that a deployment drops.
    const run = async (...args: string[]) => {
      const command = startProcess(["npm", ...args], { E2E_PORT: portAt(100) }, copy);
      expect(await command.exitCode(), command.output()).toBe(0);
      return command.output();
    };
    expect(await run("test")).toMatch(/\n\d+ passed, 0 failed/);
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    if (scripts.knip) await run("run", "knip");
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
