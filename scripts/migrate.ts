import { parseArgs } from "node:util";
import { explainDatabaseError } from "@/lib/database-errors";
import { applyMigrations, MigrationError } from "@/prisma/migrate";
import { ensureDatabase, ensurePrismaClient, findDirectUrl, loadEnvironment } from "./set-up";

const { values } = parseArgs({ options: { "rolled-back": { type: "string" } } });
loadEnvironment();
ensurePrismaClient();
const embedded = findDirectUrl() ? null : await ensureDatabase({ share: true });
await embedded?.ready;
const databaseUrl = findDirectUrl()!;
const { host } = new URL(databaseUrl);
try {
  const applied = await applyMigrations(databaseUrl, values["rolled-back"]);
  console.log(
    applied.length > 0 ? `Applied to ${host}: ${applied.join(", ")}.` : `The database at ${host} is up to date.`,
  );
} catch (error) {
  const { code, found, todo } = explainDatabaseError(error);
  console.error(`The database at ${host} was not migrated.`);
  if (error instanceof MigrationError) console.error(error.message);
  else if (code === "error") console.error(error);
  else console.error(`${found} ${todo}\n${(error as Error).message}`);
  process.exitCode = 1;
}
await embedded?.stop();
// The engine's connection would keep the process, and with it Prisma's lock, alive.
process.exit();
