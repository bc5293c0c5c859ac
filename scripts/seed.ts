import { ensureDatabase, ensurePrismaClient, loadEnvironment } from "./set-up";

loadEnvironment();
ensurePrismaClient();
const embedded = await ensureDatabase({ share: true });
await embedded?.ready;
const { seed } = await import("@/prisma/seed");
await seed();
console.log("Seeded john.wick@example.com and jane.doe@example.com.");
const { db } = await import("@/lib/db");
await db().$disconnect();
await embedded?.stop();
process.exit();
