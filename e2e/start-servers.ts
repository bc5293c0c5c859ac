/** Starts the tests' servers: a fresh database, and one portal for each configuration. */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { VARIABLES } from "@/lib/env";
import { findCommand } from "@/scripts/find-command";
import { ensureMigrated } from "@/scripts/set-up";
import {
  ADDRESS_HEADER,
  ASKING_PORTAL,
  DEPARTMENT,
  DEPARTMENT_PORTAL,
  HAS_SANDBOX,
  NEXTAUTH_SECRET,
  OIDC,
  REQUIRED_PORTAL,
  SANDBOX_PORTAL,
  SMTP,
  SMTP_PORT,
  TEST_DATA_FOLDER,
  TEST_MAIL_FOLDER,
} from "./servers";
import { startSmtpServer } from "./smtp-server";
import { saveTestDatabaseUrl, startTestDatabase } from "./test-database";

for (const folder of [TEST_DATA_FOLDER, TEST_MAIL_FOLDER]) rmSync(folder, { recursive: true, force: true });
const smtpServer = await startSmtpServer(SMTP_PORT, TEST_MAIL_FOLDER);
const database = await startTestDatabase(TEST_DATA_FOLDER);
saveTestDatabaseUrl(database);
process.env.DATABASE_URL = database.databaseUrl;
process.env.NEXTAUTH_SECRET = NEXTAUTH_SECRET;
// Empty rather than unset, because a developer's .env.local may contain them.
Object.assign(process.env, { DIRECT_DATABASE_URL: "", DATABASE_URL_UNPOOLED: "", DATABASE_POOL_SIZE: "" });
await ensureMigrated();
const { seed } = await import("@/prisma/seed");
Object.assign(process.env, DEPARTMENT, { GLASSIX_SANDBOX: "" });
await seed();

// Empty for every other variable, too: the file may contain a real department.
const { DATABASE_URL = "" } = process.env;
const common = {
  ...Object.fromEntries(VARIABLES.map(({ name }) => [name, ""])),
  DATABASE_URL,
  NEXTAUTH_SECRET,
  CLIENT_ADDRESS_HEADER: ADDRESS_HEADER,
  CHAT_LOAD: "now",
};
const portals = [
  ...(HAS_SANDBOX ? [start(SANDBOX_PORTAL, { GLASSIX_SANDBOX: "true" })] : []),
  start(DEPARTMENT_PORTAL, DEPARTMENT),
  start(ASKING_PORTAL, { ...DEPARTMENT, CHAT_CONSENT: "ask", CHAT_LOAD: "" }),
  start(REQUIRED_PORTAL, {
    ...DEPARTMENT,
    ...OIDC,
    ...SMTP,
    GLASSIX_REQUIRE_IDENTITY: "true",
    SESSION_IDLE_TIMEOUT: "1800",
  }),
];

function start(address: string, settings: Record<string, string>) {
  const env = {
    ...process.env,
    ...common,
    ...settings,
    NODE_ENV: "production",
    NEXTAUTH_URL: address,
    PORT: new URL(address).port,
  };
  // A test on a busy machine may use a connection again after more than the default of 5 seconds.
  const args = [findCommand("next"), "start", "--keepAliveTimeout", "300000"];
  return spawn(process.execPath, args, {
    stdio: "inherit",
    env: env as NodeJS.ProcessEnv,
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    portals.forEach((portal) => portal.kill(signal));
    await smtpServer.close();
    await database.stop();
    process.exit();
  });
}
