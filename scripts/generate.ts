import { findCommand } from "./find-command";
import { ensurePrismaClient, run } from "./set-up";

try {
  ensurePrismaClient();
  await run(process.execPath, [findCommand("next"), "typegen"]);
} catch (error) {
  // An installation must not fail because of it: every other script generates the client as well.
  console.warn((error as Error).message);
}
