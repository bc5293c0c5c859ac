import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import { headers } from "next/headers";
import pg from "pg";
import { explainDatabaseError, toConnectionString } from "@/lib/database";
import { env, type Env } from "@/lib/env";
import { log } from "@/lib/log";
import { type Prisma, PrismaClient } from "@/prisma/generated/client";
import { SCHEMA } from "@/prisma/generated/migrations";

/** Milliseconds that one request waits for the database, all its queries together: nobody looks at a page for longer. */
const PATIENCE = 4_000;

function connect({ url, poolSize }: Env["database"]) {
  const pool = new pg.Pool({
    connectionString: toConnectionString(url),
    max: poolSize,
    connectionTimeoutMillis: 3_000,
    // Not `statement_timeout`: it goes out with the first packet, and poolers such as PgBouncer refuse that.
    query_timeout: PATIENCE,
  });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on("error", (error) => log.warn({ err: error }, "database connection lost"));
  // Past that, pages show their error page and endpoints answer 503.
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
  pool.query = ((...args: unknown[]) => whilePatient(query(...args))) as typeof pool.query;
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    // No read returns the hash unless it asks for it by name, which lib/auth/users.ts alone does.
    omit: { user: { passwordHash: true } },
    transactionOptions: { maxWait: 3_000, timeout: 4_000 },
    // Longer messages quote the query's arguments.
    errorFormat: "minimal",
    log: [{ emit: "event", level: "warn" }],
  });
  prisma.$on("warn", ({ message }) => log.warn({ reason: message }, "Prisma warning"));
  return { pool, prisma };
}

/** How long one request has waited for the database. Queries that run side by side are waited for once. */
type Wait = { spent: number; running: number; since: number };

/** By the headers, of which Next keeps one object for each request. Null for one that waits anew with each query. */
const waits = new WeakMap<object, Wait | null>();

async function whilePatient<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const wait = await findWait();
  const now = Date.now();
  if (wait.running++ === 0) wait.since = now;
  const left = Math.max(PATIENCE - wait.spent - (now - wait.since), 0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The database took more than ${PATIENCE / 1000} seconds.`)), left);
  });
  try {
    return await Promise.race([answer, tooLong]);
  } catch (error) {
    if (explainDatabaseError(error).code === "disk-full") kept.portalDiskFullAt = Date.now();
    throw error;
  } finally {
    clearTimeout(timer);
    if (--wait.running === 0) wait.spent += Date.now() - wait.since;
  }
}

async function findWait(): Promise<Wait> {
  const anew = { spent: 0, running: 0, since: 0 };
  try {
    const request = await headers();
    if (!waits.has(request)) waits.set(request, anew);
    return waits.get(request) ?? anew;
  } catch {
    // No request: a script, a test.
    return anew;
  }
}

/** For an answer that goes on while somebody listens: from here on, each query of this request is waited for anew. */
export async function answerEndlessly(): Promise<void> {
  waits.set(await headers(), null);
}

// Kept on globalThis, because Next bundles this file more than once, and `next dev` evaluates it again after each change.
const kept = globalThis as {
  portalDatabase?: ReturnType<typeof connect>;
  portalSchema?: string;
  portalDiskFullAt?: number;
};
function connection() {
  // `npm run db:migration` and `npm run db:migrate` generate a new client while `next dev` runs.
  if (kept.portalSchema !== SCHEMA) Object.assign(kept, { portalSchema: SCHEMA, portalDatabase: undefined });
  return (kept.portalDatabase ??= connect(env().database));
}

/** The Prisma client, made at the first call: a build needs no database. */
export const db = () => connection().prisma;

/** Runs what holds altogether or not at all. */
export const transaction = <Result>(work: (tx: Prisma.TransactionClient) => Promise<Result>): Promise<Result> =>
  whilePatient(db().$transaction(work));

/** When this process last met a full disk, in milliseconds since 1970: nothing but a write that fails shows it. */
export const diskFullAt = (): number => kept.portalDiskFullAt ?? 0;

/** The pool of connections beneath it, for the few statements that are not Prisma's (lib/limits.ts, app/sandbox/_lib/live.ts). */
export const pool = () => connection().pool;
