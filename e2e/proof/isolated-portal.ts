import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { DatabaseProxy } from "./database-proxy";
import { DEPARTMENT, HAS_SANDBOX } from "../servers";
import { isResponding, NEXT_START, startProcess, type PortalProcess } from "./portal-process";

export type IsolatedPortal = {
  address: string;
  process: PortalProcess;
  /** Forwards the portal's connections to its database. */
  databaseProxy: DatabaseProxy;
  /** Runs one statement in its database, bypassing the proxy. */
  sql: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  /** The pid of its database's process. */
  databasePid(): number;
  /** Kills its database, like `kill -9` or a power failure. */
  killDatabase(): Promise<void>;
  startDatabase(): Promise<void>;
  /** Makes its database refuse writes, like a replica. */
  setReadOnly(isReadOnly: boolean): Promise<void>;
  /** Restarts the portal with this build, or with the one in another folder. */
  restart(folder?: string): Promise<void>;
  /** Starts another instance with the same database and settings. It stops together with the first. */
  startAnother(port: string): Promise<PortalProcess>;
  stop(): Promise<void>;
};

const SETTINGS = {
  NEXTAUTH_SECRET: "the secret of a portal of its own",
  ...(HAS_SANDBOX ? { GLASSIX_SANDBOX: "true" } : DEPARTMENT),
};

export const runScript = (name: string, env: Record<string, string>) =>
  startProcess([process.execPath, "-C", "react-server", "scripts/run.mjs", name], env);

/**
 * Starts a portal with a database of its own, for tests that would disturb others or be disturbed by them.
 *
 * @param wrapDatabase may put something in front of the database, and returns the connection string for it
 */
export async function startIsolatedPortal(
  port: string,
  settings: Record<string, string> = {},
  wrapDatabase = async (databaseUrl: string) => databaseUrl,
): Promise<IsolatedPortal> {
  const folder = mkdtempSync(path.join(tmpdir(), "portal-"));
  const address = `http://localhost:${port}`;
  let database = await serveDatabase(folder);
  for (const name of ["migrate", "seed"]) {
    const command = runScript(name, { DATABASE_URL: database.url, DIRECT_DATABASE_URL: "", ...SETTINGS });
    if ((await command.exitCode()) !== 0) throw new Error(`${name} failed:\n${command.output()}`);
  }
  const databaseProxy = new DatabaseProxy(database.url);
  const DATABASE_URL = await wrapDatabase(await databaseProxy.start());
  const start = async (PORT: string, cwd?: string) => {
    // A portal that is still stopping would respond in place of the new one.
    while (await isResponding(PORT)) await setTimeout(200);
    const env = { NODE_ENV: "production", DATABASE_URL, NEXTAUTH_URL: address, PORT, ...SETTINGS, ...settings };
    const started = startProcess(NEXT_START, env, cwd);
    await started.waitUntilReady();
    return started;
  };
  const others: PortalProcess[] = [];
  const isolated: IsolatedPortal = {
    address,
    process: undefined as unknown as PortalProcess,
    databaseProxy,
    async sql(text, values) {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      return client
        .query(text, values)
        .then(({ rows }) => rows)
        .finally(() => client.end());
    },
    databasePid: () => database.process.pid,
    async killDatabase() {
      await database.process.stop("SIGKILL");
      // A server that is not ours cannot be killed, so it becomes unreachable.
      if (process.env.TEST_DATABASE_URL) await databaseProxy.stop();
    },
    async startDatabase() {
      database = await serveDatabase(folder);
      databaseProxy.setTarget(database.url);
      if (process.env.TEST_DATABASE_URL) await databaseProxy.start();
    },
    async setReadOnly(isReadOnly) {
      const { TEST_POSTGRES, TEST_DATABASE_URL } = process.env;
      const state = isReadOnly ? "on" : "off";
      if (TEST_POSTGRES || TEST_DATABASE_URL) {
        const name = new URL(database.url).pathname.slice(1);
        await isolated.sql(
          `BEGIN READ WRITE; ALTER DATABASE "${name}" SET default_transaction_read_only = ${state}; COMMIT`,
        );
        // It only affects new connections.
        await isolated.sql(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
      } else {
        // All connections share one session of the embedded database.
        await isolated.sql(`SET default_transaction_read_only = ${state}`);
      }
    },
    async restart(folder) {
      await isolated.process.stop();
      isolated.process = await start(port, folder);
    },
    async startAnother(port) {
      const another = await start(port);
      others.push(another);
      return another;
    },
    async stop() {
      await Promise.all([isolated.process, ...others].map((portal) => portal.stop()));
      await databaseProxy.stop();
      await database.process.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  isolated.process = await start(port);
  return isolated;
}

/** Serves a database with its files in `folder` from a separate process. */
export async function serveDatabase(folder: string): Promise<{ url: string; process: PortalProcess }> {
  const { TEST_POSTGRES, TEST_DATABASE_URL } = process.env;
  const server = { ...(TEST_POSTGRES && { TEST_POSTGRES }), ...(TEST_DATABASE_URL && { TEST_DATABASE_URL }) };
  const served = runScript("../e2e/serve-database", { DATA_FOLDER: folder, ...server });
  const ended = served.exitCode().then(() => {
    throw new Error(`The database did not start:\n${served.output()}`);
  });
  ended.catch(() => {});
  while (!served.output().includes("\n")) await Promise.race([ended, setTimeout(50)]);
  return { url: served.output().trim(), process: served };
}
