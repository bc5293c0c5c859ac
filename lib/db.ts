import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import { toConnectionString } from "@/lib/connection-string";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { PrismaClient } from "@/prisma/generated/client";
import { SCHEMA } from "@/prisma/generated/migrations";

function createClient(): PrismaClient {
  const { url, poolSize } = env().database;
  const pool = {
    connectionString: toConnectionString(url),
    max: poolSize,
    connectionTimeoutMillis: 3_000,
    // Not statement_timeout: pg sends that as a startup parameter, which PgBouncer refuses.
    query_timeout: 4_000,
  };
  return new PrismaClient({
    adapter: new PrismaPg(pool, {
      onPoolError: (error) => log.warn({ reason: error.message }, "database connection lost"),
    }),
    // Otherwise messages quote source code and arguments, and each query captures a stack.
    errorFormat: "minimal",
    // Reads return the hash only where they ask for it by name, as lib/auth/users.ts does.
    omit: { user: { passwordHash: true } },
    transactionOptions: { maxWait: 3_000, timeout: 4_000 },
  });
}

// On globalThis, because Next bundles this file more than once and `next dev` evaluates it again after each change.
const globalForPrisma = globalThis as { prisma?: { schema: string; client: PrismaClient } };

/** The Prisma client, created at the first call: a build needs no database. */
export function db(): PrismaClient {
  // `npm run db:migration` and `npm run db:migrate` generate a new client while `next dev` runs.
  if (globalForPrisma.prisma?.schema !== SCHEMA) globalForPrisma.prisma = { schema: SCHEMA, client: createClient() };
  return globalForPrisma.prisma.client;
}
