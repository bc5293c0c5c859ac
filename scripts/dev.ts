import { spawn } from "node:child_process";
import { findCommand } from "./find-command";
import { onNpmExit } from "./on-npm-exit";
import { ensureDatabase, ensurePrepared, ensurePrismaClient, ensureSecrets, loadEnvironment } from "./set-up";

loadEnvironment();
ensureSecrets();
ensurePrismaClient();
const port = (process.env.PORT ||= "3000");
const { checkEnvironment } = await import("@/lib/check-environment");
const embedded = await ensureDatabase({ share: false });
checkEnvironment();
if (isLocal(process.env.DATABASE_URL!)) await ensurePrepared(embedded);
else console.log("DATABASE_URL is not on this machine, so it is neither migrated nor seeded. See npm run db:migrate.");

const next = spawn(process.execPath, [findCommand("next"), "dev", "--port", port], { stdio: "inherit" });

embedded?.ready.catch((error: Error) => {
  console.error(error.message);
  next.kill();
});
next.once("exit", async (code, signal) => {
  await embedded?.stop();
  process.exit(code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1));
});
// A terminal sends Ctrl-C to Next as well. A SIGINT to this process alone is passed on.
process.on("SIGINT", () => setTimeout(() => next.kill("SIGINT"), 1_000));
process.on("SIGTERM", () => next.kill("SIGTERM"));
onNpmExit(() => next.kill("SIGTERM"));

/** The demo accounts have a public password: they are never created on another machine. */
function isLocal(databaseUrl: string): boolean {
  const { hostname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get("host") ?? hostname;
  return host.startsWith("/") || ["localhost", "127.0.0.1", "[::1]", ""].includes(host);
}
