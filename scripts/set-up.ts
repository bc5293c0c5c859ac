import { spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import nextEnv, { type LoadedEnvFiles } from "@next/env";
import { findConnectionStringProblem } from "@/lib/database";
import { readMigrations } from "@/prisma/read-migrations";
import { findRunningDatabase, startEmbeddedPostgres, type EmbeddedPostgres } from "@/prisma/embedded-postgres";

export const DATA_FOLDER = path.resolve(".data");

/**
 * Loads `.env.local` and its kin with Next's own loader, so that scripts, Prisma, tests and Next see the same.
 *
 * @returns the files that there are, the one that wins first
 */
export function loadEnvironment(): LoadedEnvFiles {
  const log = { info() {}, error: console.error };
  return nextEnv.loadEnvConfig(process.cwd(), process.env.NODE_ENV !== "production", log).loadedEnvFiles;
}

/** Makes NextAuth's secret once, into `.env.local`, unless there is one. */
export function ensureSecrets(): void {
  if (process.env.NEXTAUTH_SECRET) return;
  const secret = randomBytes(32).toString("base64");
  const file = ".env.local";
  const kept = existsSync(file) && /^NEXTAUTH_SECRET=(.+)$/m.exec(readFileSync(file, "utf8"))?.[1];
  if (kept) {
    // Hidden by an empty variable in the shell.
    process.env.NEXTAUTH_SECRET = kept;
    return;
  }
  const gap = existsSync(file) && !readFileSync(file, "utf8").endsWith("\n") ? "\n" : "";
  appendFileSync(
    file,
    `${gap}# Made by set-up. Signs the session cookies of this machine; a deployment needs its own.\nNEXTAUTH_SECRET=${secret}\n`,
  );
  process.env.NEXTAUTH_SECRET = secret;
}

/** Generates the Prisma client and the list of migrations when the schema or a migration has changed. */
export function ensurePrismaClient(): void {
  const stamp = "prisma/generated/.made-from";
  const schema = readdirSync("prisma").filter((name) => name.endsWith(".prisma"));
  const files = [...schema.map((name) => path.join("prisma", name)), ...listFiles("prisma/migrations")];
  const wanted = hashFiles(["package-lock.json", "scripts/set-up.ts", ...files]);
  if (isStamped(stamp, wanted)) return;

  // The CLI downloads its schema engine, which `generate` does not use, unless this names a file.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["node_modules/prisma/build/index.js", "generate", "--no-hints"],
    { env, encoding: "utf8" },
  );
  if (status !== 0) throw new CommandError(`prisma generate failed:\n${stdout}${stderr}`);
  // For lib/health.ts, because a deployed server does not have the files, and for lib/db.ts.
  const migrations = readMigrations().map(({ name, checksum }) => ({ name, checksum }));
  writeFileSync(
    "prisma/generated/migrations.ts",
    `export const SCHEMA = "${wanted}";\nexport const MIGRATIONS = ${JSON.stringify(migrations, null, 2)};\n`,
  );
  writeFileSync(stamp, wanted);
}

/**
 * Sets `DATABASE_URL` to the embedded database unless it is set.
 *
 * @param options.share whether to use the embedded database of another process, if one is running
 * @returns the embedded database if this process started it (stop it at the end), otherwise null
 */
export async function ensureDatabase({ share }: { share: boolean }): Promise<EmbeddedPostgres | null> {
  if (process.env.DATABASE_URL) return null;
  if (process.env.NODE_ENV === "production") {
    console.error(
      "DATABASE_URL is not set. Example: DATABASE_URL=postgresql://portal:password@db.example.com:5432/portal",
    );
    process.exit(1);
  }
  // Empty, not deleted: child processes would read them from `.env` files again.
  Object.assign(process.env, { DIRECT_DATABASE_URL: "", DATABASE_URL_UNPOOLED: "" });
  const running = share ? await findRunningDatabase(DATA_FOLDER) : null;
  if (running) {
    process.env.DATABASE_URL = running;
    return null;
  }
  const embedded = await startEmbeddedPostgres(DATA_FOLDER);
  process.env.DATABASE_URL = embedded.databaseUrl;
  return embedded;
}

/** The connection for migrations, which bypasses a pooler. Neon's integration with Vercel sets the second name. */
export function findDirectUrl(): string | undefined {
  for (const name of ["DIRECT_DATABASE_URL", "DATABASE_URL_UNPOOLED", "DATABASE_URL"]) {
    const url = process.env[name]?.trim();
    if (!url) continue;
    const problem = findConnectionStringProblem(name, url);
    if (problem) throw new CommandError(problem);
    return url;
  }
}

/** Applies pending migrations in a process of its own, because the engine holds its lock until the process ends. */
export async function ensureMigrated(): Promise<void> {
  const { findPendingMigrations } = await import("@/prisma/migrate");
  if ((await findPendingMigrations(findDirectUrl()!)).pending.length > 0) {
    await run(process.execPath, ["scripts/run.mjs", "migrate"]);
  }
}

/** Migrates and seeds a local database. A stamp in the embedded one saves waiting until it is open to find nothing to do. */
export async function ensurePrepared(embedded: EmbeddedPostgres | null): Promise<void> {
  const stamp = path.join(DATA_FOLDER, "postgres", "prepared-from");
  const wanted = hashFiles(["prisma/seed.ts", ...listFiles("prisma/migrations")]);
  if (embedded && isStamped(stamp, wanted)) return;

  await embedded?.ready;
  await ensureMigrated();
  const { seed } = await import("@/prisma/seed");
  await seed();
  if (embedded) writeFileSync(stamp, wanted);
}

const listFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => path.join(folder, file))
    .filter((file) => statSync(file).isFile())
    .sort();

function hashFiles(files: string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}

const isStamped = (stamp: string, wanted: string) => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;

/** A failure whose message is enough: run.mjs prints it without a stack. */
export class CommandError extends Error {
  override name = "CommandError";
}

/** Runs a command in this terminal. Asynchronously: this process may be serving the database that the command uses. */
export function run(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): Promise<void> {
  return new Promise((resolve, reject) => {
    spawn(command, args, { stdio: "inherit", env })
      .once("error", reject)
      .once("exit", (code, signal) =>
        code === 0
          ? resolve()
          : reject(
              new CommandError(`${path.basename(command)} ${args.join(" ")} ended with ${signal ?? `code ${code}`}.`),
            ),
      );
  });
}
