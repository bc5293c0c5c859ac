import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { isAcceptingConnections, findFreePort, findPostgresUser } from "../test-database";

/** The size of its connection pool. */
const CONNECTIONS = 2;

export type PgBouncer = { databaseUrl: string; connections: number; stop(): Promise<void> };

/** For `test.skip`: whether no pooler can run here, and why. */
export function skipWithoutPooler(): [boolean, string] {
  const isReal = process.env.TEST_POSTGRES || process.env.TEST_DATABASE_URL;
  if (!isReal) return [true, "The embedded database is one session for all. Use npm run test:postgres."];
  return [!findPgBouncer(), "PgBouncer is not installed here (apt-get install pgbouncer)."];
}

const findPgBouncer = () =>
  [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/opt/homebrew/bin"]
    .map((folder) => path.join(folder, "pgbouncer"))
    .find((program) => existsSync(program));

/** Starts a PgBouncer in transaction mode in front of a database, without prepared statements across transactions. */
export async function startPgBouncer(databaseUrl: string): Promise<PgBouncer> {
  const { hostname, port, pathname, username, password } = new URL(databaseUrl);
  const folder = mkdtempSync(path.join(tmpdir(), "portal-pgbouncer-"));
  const listenPort = await findFreePort();
  const secret = password && `password='${decodeURIComponent(password)}'`;
  const database = `host=${hostname} port=${port || 5432} dbname=${pathname.slice(1)} user=${decodeURIComponent(username)} ${secret}`;
  const settings = path.join(folder, "pgbouncer.ini");
  // The setting exists since 1.21.
  const [, minor] =
    /PgBouncer 1\.(\d+)/.exec(spawnSync(findPgBouncer()!, ["--version"], { encoding: "utf8" }).stdout) ?? [];
  const supportsPreparedStatements = Number(minor) >= 21;
  writeFileSync(
    settings,
    `[databases]
portal = ${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${CONNECTIONS}
${supportsPreparedStatements ? "max_prepared_statements = 0" : ""}
`,
  );
  const owner = findPostgresUser();
  if (owner) for (const file of [folder, settings]) chownSync(file, owner.uid, owner.gid);
  let output = "";
  const pooler = spawn(findPgBouncer()!, [settings], { ...owner, stdio: ["ignore", "ignore", "pipe"] });
  pooler.stderr.on("data", (text) => (output += text));
  const url = `postgresql://portal@127.0.0.1:${listenPort}/portal`;
  while (!(await isAcceptingConnections(url))) {
    if (pooler.exitCode !== null) throw new Error(`PgBouncer does not start:\n${output}`);
    await setTimeout(100);
  }
  return {
    databaseUrl: url,
    connections: CONNECTIONS,
    async stop() {
      const ended = once(pooler, "exit");
      pooler.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
