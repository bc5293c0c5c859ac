/** `npm run db:migrate`: brings the database of DATABASE_URL, or the embedded one, up to date. */
import { applyMigrations } from "@/prisma/migrate";
import { ensureDatabase, loadEnvironment } from "./set-up";

loadEnvironment();
const embedded = await ensureDatabase({ share: true });
await embedded?.ready;
const applied = await applyMigrations(process.env.DATABASE_URL!);
const { host } = new URL(process.env.DATABASE_URL!);
console.log(
  applied.length > 0 ? `Applied to ${host}: ${applied.join(", ")}.` : `The database at ${host} is up to date.`,
);
await embedded?.stop();
// The engine's connection would keep the process, and with it Prisma's lock, alive.
process.exit();
