import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { Cable } from "./cable";
import { DEPARTMENT, HAS_SANDBOX } from "../servers";
import { NEXT_START, startPortal, type PortalProcess } from "./portal-process";

export type OwnPortal = {
  address: string;
  portal: PortalProcess;
  /** Between the portal and its database. */
  cable: Cable;
  /** Runs one statement in its database, past the cable. */
  sql: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  /** Of the process that runs its database. */
  databasePid(): number;
  /** Kills its database, as `kill -9` and a power cut do. */
  killDatabase(): Promise<void>;
  startDatabase(): Promise<void>;
  /** Whether its database refuses to write, as one that stands in for another does. */
  setReadOnly(isReadOnly: boolean): Promise<void>;
  /** Ends the portal and starts it again: this build, or the one in another folder. */
  restart(folder?: string): Promise<void>;
  /** Starts one more instance of it, with the same database and the same settings. It ends with the first. */
  startAnother(port: string): Promise<PortalProcess>;
  stop(): Promise<void>;
};

const SETTINGS = {
  NEXTAUTH_SECRET: "the secret of a portal of its own",
  ...(HAS_SANDBOX ? { GLASSIX_SANDBOX: "true" } : DEPARTMENT),
};

export const runScript = (name: string, env: Record<string, string>) =>
  startPortal([process.execPath, "-C", "react-server", "scripts/run.mjs", name], env);

/**
 * A portal with a database that nobody else uses: for what would disturb other tests, or be disturbed.
 *
 * @param putBefore puts something before the database, and returns how to connect to that
 */
export async function startOwnPortal(
  port: string,
  settings: Record<string, string> = {},
  putBefore = async (databaseUrl: string) => databaseUrl,
): Promise<OwnPortal> {
  const folder = mkdtempSync(path.join(tmpdir(), "portal-"));
  const address = `http://localhost:${port}`;
  let database = await serveDatabase(folder);
  for (const name of ["migrate", "seed"]) {
    const command = runScript(name, { DATABASE_URL: database.url, DIRECT_DATABASE_URL: "", ...SETTINGS });
    if ((await command.exitCode()) !== 0) throw new Error(`${name} failed:\n${command.output()}`);
  }
  const cable = new Cable(database.url);
  const DATABASE_URL = await putBefore(await cable.plugIn());
  const start = async (PORT: string, cwd?: string) => {
    const env = { NODE_ENV: "production", DATABASE_URL, NEXTAUTH_URL: address, PORT, ...SETTINGS, ...settings };
    const started = startPortal(NEXT_START, env, cwd);
    await started.untilReady();
    return started;
  };
  const others: PortalProcess[] = [];
  const own: OwnPortal = {
    address,
    portal: undefined as unknown as PortalProcess,
    cable,
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
      // A server that is somebody else's is out of reach instead.
      if (process.env.TEST_DATABASE_URL) await cable.pullOut();
    },
    async startDatabase() {
      database = await serveDatabase(folder);
      cable.leadTo(database.url);
      if (process.env.TEST_DATABASE_URL) await cable.plugIn();
    },
    async setReadOnly(isReadOnly) {
      const { TEST_POSTGRES, TEST_DATABASE_URL } = process.env;
      const state = isReadOnly ? "on" : "off";
      if (TEST_POSTGRES || TEST_DATABASE_URL) {
        const name = new URL(database.url).pathname.slice(1);
        await own.sql(
          `BEGIN READ WRITE; ALTER DATABASE "${name}" SET default_transaction_read_only = ${state}; COMMIT`,
        );
        // It holds for new connections.
        await own.sql(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
      } else {
        // All connections are one session of the embedded database.
        await own.sql(`SET default_transaction_read_only = ${state}`);
      }
    },
    async restart(folder) {
      await own.portal.stop();
      own.portal = await start(port, folder);
    },
    async startAnother(port) {
      const another = await start(port);
      others.push(another);
      return another;
    },
    async stop() {
      await Promise.all([own.portal, ...others].map((portal) => portal.stop()));
      await cable.pullOut();
      await database.process.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  own.portal = await start(port);
  return own;
}

/** Serves a database with its files in `folder`, from a process of its own. */
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
