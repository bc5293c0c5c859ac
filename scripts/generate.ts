import { findCommand } from "./find-command";
import { ensurePrismaClient, run } from "./set-up";

try {
  ensurePrismaClient();
  await run(process.execPath, [findCommand("next"), "typegen"]);
} catch (error) {
  // Must not fail the installation: every other script generates the client as well.
  console.warn((error as Error).message);
}
