/** Starts what the tests visit: a fresh database, and one portal for each way to run it. Ends with its parent. */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { VARIABLES } from "@/lib/env";
import { ensureMigrated } from "@/scripts/set-up";
import {
  ADDRESS_HEADER,
  DEPARTMENT,
  DEPARTMENT_PORTAL,
  NEXTAUTH_SECRET,
  REQUIRED_PORTAL,
  SANDBOX_PORTAL,
  TEST_DATA_FOLDER,
} from "./servers";
import { noteTestDatabase, startTestDatabase } from "./test-database";

rmSync(TEST_DATA_FOLDER, { recursive: true, force: true });
const database = await startTestDatabase(TEST_DATA_FOLDER);
noteTestDatabase(database);
process.env.DATABASE_URL = database.databaseUrl;
// Set to nothing, rather than left out: a developer's .env.local may lead elsewhere.
Object.assign(process.env, { DIRECT_DATABASE_URL: "", DATABASE_URL_UNPOOLED: "", DATABASE_POOL_SIZE: "" });
process.env.NEXTAUTH_SECRET = NEXTAUTH_SECRET;
await ensureMigrated();
const { seed } = await import("@/prisma/seed");
process.env.GLASSIX_SANDBOX = "true";
await seed();

// The same for every other variable: the file may point to a real department.
const { DATABASE_URL = "" } = process.env;
const none = { ...Object.fromEntries(VARIABLES.map(({ name }) => [name, ""])), DATABASE_URL, NEXTAUTH_SECRET };
const portals = [
  start(SANDBOX_PORTAL, { ...none, GLASSIX_SANDBOX: "true", CLIENT_ADDRESS_HEADER: ADDRESS_HEADER }),
  start(DEPARTMENT_PORTAL, { ...none, ...DEPARTMENT }),
  start(REQUIRED_PORTAL, { ...none, ...DEPARTMENT, GLASSIX_REQUIRE_IDENTITY: "true", SESSION_IDLE_TIMEOUT: "1800" }),
];

function start(address: string, settings: Record<string, string>) {
  const env = {
    ...process.env,
    ...settings,
    NODE_ENV: "production",
    NEXTAUTH_URL: address,
    PORT: new URL(address).port,
  };
  return spawn(process.execPath, ["node_modules/next/dist/bin/next", "start"], {
    stdio: "inherit",
    env: env as NodeJS.ProcessEnv,
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    portals.forEach((portal) => portal.kill(signal));
    await database.stop();
    process.exit();
  });
}
