import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { startEmbeddedPostgres } from "../prisma/embedded-postgres";

export type TestDatabase = { databaseUrl: string; stop(): Promise<void> };

/** Where `start-servers` writes the connection string of the portals' database. */
const URL_FILE = ".data/test-database-url";

/** The connection string of the database that the tests' portals use. */
export const readTestDatabaseUrl = (): string => readFileSync(URL_FILE, "utf8");

export function saveTestDatabaseUrl({ databaseUrl }: TestDatabase): void {
  mkdirSync(".data", { recursive: true });
  writeFileSync(URL_FILE, databaseUrl);
}

/**
 * Starts an empty database for tests, with its files in `folder`. With TEST_POSTGRES, the folder of PostgreSQL's
 * programs, it runs that server; with TEST_DATABASE_URL, it creates a database on that server; otherwise it starts the
 * embedded one. The same folder gives the same database.
 */
export async function startTestDatabase(folder: string): Promise<TestDatabase> {
  const { TEST_DATABASE_URL, TEST_POSTGRES } = process.env;
  if (TEST_DATABASE_URL) return createDatabaseOnServer(TEST_DATABASE_URL, folder);
  if (TEST_POSTGRES) return startPostgres(TEST_POSTGRES, folder);
  const database = await startEmbeddedPostgres(folder);
  await database.ready;
  return database;
}

async function createDatabaseOnServer(serverUrl: string, folder: string): Promise<TestDatabase> {
  const noteFile = path.join(folder, "name");
  const isKnown = existsSync(noteFile);
  const name = isKnown ? readFileSync(noteFile, "utf8") : `portal_test_${randomBytes(6).toString("hex")}`;
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  if (!isKnown) {
    await run(`CREATE DATABASE ${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(noteFile, name);
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { databaseUrl: url.href, stop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) };
}

async function startPostgres(programs: string, folder: string): Promise<TestDatabase> {
  // Not in the folder itself, which the user that runs Postgres may be unable to read.
  const noteFile = path.join(folder, "place");
  const place = existsSync(noteFile)
    ? readFileSync(noteFile, "utf8")
    : mkdtempSync(path.join(tmpdir(), "portal-postgres-"));
  const files = path.join(place, "data");
  const owner = findPostgresUser();
  if (!existsSync(files)) {
    if (owner) chownSync(place, owner.uid, owner.gid);
    const args = ["--pgdata", files, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-sync"];
    const { status, stderr } = spawnSync(path.join(programs, "initdb"), args, { ...owner, encoding: "utf8" });
    if (status !== 0) throw new Error(`initdb failed:\n${stderr}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(noteFile, place);
  }
  const port = await findFreePort();
  const databaseUrl = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const start = () =>
    spawn(
      path.join(programs, "postgres"),
      ["-D", files, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
      { ...owner, stdio: "ignore" },
    );
  let server = start();
  for (let tries = 0; !(await isAcceptingConnections(databaseUrl)); tries++) {
    if (tries === 100) throw new Error(`PostgreSQL in ${files} does not start.`);
    await setTimeout(200);
    // After a kill, the remains of the old server have to go first.
    if (server.exitCode !== null) server = start();
  }
  return {
    databaseUrl,
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = once(server, "exit");
        server.kill("SIGINT");
        await ended;
      }
      rmSync(place, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root, so root runs it as the user that its package created. */
export function findPostgresUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8")) ?? [];
  if (!uid || !gid) throw new Error("There is no user postgres, and PostgreSQL does not run as root.");
  return { uid: Number(uid), gid: Number(gid) };
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export async function isAcceptingConnections(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 1_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
    await client.end();
    return true;
  } catch {
    return false;
  }
}
