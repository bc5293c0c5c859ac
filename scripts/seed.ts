import { ensureDatabase, ensureMigrated, ensurePrismaClient, ensureSecrets, loadEnvironment } from "./set-up";

loadEnvironment();
if (process.env.NODE_ENV !== "production") ensureSecrets();
ensurePrismaClient();
const embedded = await ensureDatabase({ share: true });
await embedded?.ready;
if (embedded) await ensureMigrated();
const { seed } = await import("@/prisma/seed");
await seed();
console.log("Seeded john.wick@example.com and jane.doe@example.com.");
const { db } = await import("@/lib/db");
await db().$disconnect();
await embedded?.stop();
process.exit();
