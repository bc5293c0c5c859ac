import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import { env } from "@/lib/env";
import { toConnectionString } from "@/lib/env-checks";
import { log } from "@/lib/log";
import { PrismaClient } from "@/prisma/generated/client";
import { SCHEMA } from "@/prisma/generated/migrations";

function createClient(): PrismaClient {
  const { url, poolSize: max } = env().database;
  // Not statement_timeout: pg sends that as a startup parameter, which PgBouncer refuses.
  const limits = { max, connectionTimeoutMillis: 3_000, query_timeout: 4_000 };
  const pool = { connectionString: toConnectionString(url), ...limits };
  return new PrismaClient({
    adapter: new PrismaPg(pool, {
      onPoolError: (error) => log.warn({ reason: error.message }, "database connection lost"),
    }),
    errorFormat: "minimal",
    omit: { user: { passwordHash: true } },
    transactionOptions: { maxWait: 3_000, timeout: 4_000 },
  });
}

const globalForPrisma = globalThis as { prisma?: { schema: string; client: PrismaClient } };

/** Created at the first call, because a build needs no database, and again when the schema changes under `next dev`. */
export function db(): PrismaClient {
  if (globalForPrisma.prisma?.schema !== SCHEMA) globalForPrisma.prisma = { schema: SCHEMA, client: createClient() };
  return globalForPrisma.prisma.client;
}
