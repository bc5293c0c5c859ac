/**
 * `npm run test:postgres`: the end-to-end tests against a real PostgreSQL: the server of DATABASE_URL, on which
 * databases are made and dropped again, or one that is started here from the programs of a package.
 */
import { existsSync } from "node:fs";
import { ensureBrowser } from "./find-browser";
import { findPostgres } from "./find-postgres";
import { ensurePrismaClient, run } from "./set-up";

ensurePrismaClient();
ensureBrowser();
const { DATABASE_URL } = process.env;
const programs = findPostgres();
if (!DATABASE_URL && !programs) {
  console.error(
    "There is no PostgreSQL here. Install one (apt-get install postgresql, brew install postgresql), or set DATABASE_URL to a server on which databases may be made.",
  );
  process.exit(1);
}
const server = DATABASE_URL ? { TEST_DATABASE_URL: DATABASE_URL } : { TEST_POSTGRES: programs };
const env: NodeJS.ProcessEnv = { ...process.env, ...server, NEXT_TELEMETRY_DISABLED: "1" };
if (!existsSync(".next/BUILD_ID")) await run(process.execPath, ["-C", "react-server", "scripts/run.mjs", "build"], env);
await run(process.execPath, ["node_modules/@playwright/test/cli.js", "test", ...process.argv.slice(2)], env);
