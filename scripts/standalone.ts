/** What `next build` leaves to do until `.next/standalone` is all that a server needs. */
import { cpSync, existsSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const FOLDER = ".next/standalone";
/** Reads its WebAssembly from beside itself, so it stays a package. */
const MIGRATION_ENGINE = "@prisma/schema-engine-wasm";

/** Empties the folder: Next adds to what is there. */
export function clearStandalone(): void {
  rmSync(FOLDER, { recursive: true, force: true });
}

/**
 * Adds what browsers load, which Next leaves to a CDN, and `migrate.mjs`, which is `npm run db:migrate` without this
 * project. Takes out the environment's files, which Next copies: secrets come from the environment alone.
 */
export async function completeStandalone(): Promise<void> {
  for (const [from, to] of [
    [".next/static", ".next/static"],
    ["public", "public"],
    ["prisma/migrations", "prisma/migrations"],
    [`node_modules/${MIGRATION_ENGINE}`, `node_modules/${MIGRATION_ENGINE}`],
  ] as const) {
    if (existsSync(from)) cpSync(from, path.join(FOLDER, to), { recursive: true });
  }
  for (const file of [".env", ".env.production"]) rmSync(path.join(FOLDER, file), { force: true });
  await build({
    entryPoints: ["scripts/migrate.ts"],
    outfile: path.join(FOLDER, "migrate.mjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    conditions: ["react-server"],
    // The embedded database is for development. Argon2 is no JavaScript, and is there because the server needs it.
    external: [`${MIGRATION_ENGINE}/*`, "@electric-sql/*", "pg-native", "@node-rs/argon2"],
    // What packages in CommonJS have of Node.
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url), __dirname = import.meta.dirname;',
    },
    logLevel: "warning",
  });
}
