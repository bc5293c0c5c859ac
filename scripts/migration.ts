import { createMigration } from "@/prisma/create-migration";
import { CommandError, ensurePrismaClient } from "./set-up";

const [name = "", ...others] = process.argv.slice(2);
if (!/^[A-Za-z0-9-]+$/.test(name) || others.length > 0)
  throw new CommandError(
    `A migration's name may contain letters, digits and dashes, for example: npm run db:migration -- add-phone`,
  );
const migration = await createMigration(name);
ensurePrismaClient();
if (migration) {
  console.log(`Wrote ${migration.file}.`);
  for (const warning of migration.warnings) console.warn(`Warning: ${warning}`);
  console.log("Read it and add by hand what the schema language cannot express. Then run: npm run db:migrate");
} else console.log("No change: prisma/migrations already matches the schema.");
