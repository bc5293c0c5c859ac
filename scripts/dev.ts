/** `npm run dev`: everything that the portal needs, then the portal. Ctrl-C ends all of it. */
import { spawn } from "node:child_process";
import { ensureDatabase, ensureMigrated, ensurePrismaClient, ensureSecrets, loadEnvironment } from "./set-up";

loadEnvironment();
ensureSecrets();
ensurePrismaClient();
const embedded = await ensureDatabase({ share: false });

const port = (process.env.PORT ||= "3000");
const { refuseBadEnv } = await import("@/lib/env");
refuseBadEnv();
await ensureMigrated();
const { seed } = await import("@/prisma/seed");
await seed();

const next = spawn(process.execPath, ["node_modules/next/dist/bin/next", "dev", "--port", port], { stdio: "inherit" });

next.once("exit", async (code) => {
  await embedded?.stop();
  process.exit(code ?? 0);
});
// The terminal sends Ctrl-C to Next as well; what ends this process alone has to be passed on.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => next.kill("SIGTERM"));
