import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "@/lib/env";
import { PrismaClient } from "@/prisma/generated/client";

function connect(connectionString: string) {
  // Nobody waits for a dead database: past these limits pages show their error page and endpoints answer 503.
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 5_000,
    // Not `statement_timeout`: it goes out with the first packet, and poolers such as PgBouncer refuse that.
    query_timeout: 9_000,
  });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on("error", (error) => console.warn(`A database connection was lost: ${error.message}`));
  // No read returns the hash unless it asks for it by name, which lib/auth/users.ts alone does.
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), omit: { user: { passwordHash: true } } });
  return { pool, prisma };
}

// Kept on globalThis, because `next dev` evaluates this file again after each change.
const kept = globalThis as { portalDatabase?: ReturnType<typeof connect> };
const connection = () => (kept.portalDatabase ??= connect(env().databaseUrl));

/** The Prisma client, made at the first call: a build needs no database. */
export const db = () => connection().prisma;

/** The pool of connections beneath it, for the one statement that is not Prisma's (lib/auth/limits.ts). */
export const pool = () => connection().pool;
