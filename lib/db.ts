import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import { env } from "@/lib/env";
import { PrismaClient } from "@/prisma/generated/client";

const createClient = (databaseUrl: string) =>
  new PrismaClient({
    // Nobody waits for a dead database: past these limits pages show their error page and endpoints answer 503.
    adapter: new PrismaPg({
      connectionString: databaseUrl,
      max: 10,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 8_000,
      query_timeout: 9_000,
    }),
    // No read returns the hash unless it asks for it by name, which lib/auth/passwords.ts alone does.
    omit: { user: { passwordHash: true } },
  });

// Kept on globalThis, because `next dev` evaluates this file again after each change.
const kept = globalThis as { portalDb?: ReturnType<typeof createClient> };

/** The Prisma client, made at the first call: a build needs no database. */
export const db = () => (kept.portalDb ??= createClient(env().databaseUrl));
