import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { Cable } from "./cable";
import { NEXT_START, startPortal, type PortalProcess } from "./portal-process";

export type OwnPortal = {
  address: string;
  portal: PortalProcess;
  /** Between the portal and its database. */
  cable: Cable;
  /** Runs one statement in its database, past the cable. */
  sql: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  /** Kills its database, as `kill -9` and a power cut do. */
  killDatabase(): Promise<void>;
  startDatabase(): Promise<void>;
  /** Whether its database refuses to write, as one that stands in for another does. */
  setReadOnly(isReadOnly: boolean): Promise<void>;
  /** Ends the portal and starts it again: this build, or the one in another folder. */
  restart(folder?: string): Promise<void>;
  stop(): Promise<void>;
};

const SECRET = { NEXTAUTH_SECRET: "the secret of a portal of its own", GLASSIX_SANDBOX: "true" };

export const runScript = (name: string, env: Record<string, string>) =>
  startPortal([process.execPath, "-C", "react-server", "scripts/run.mjs", name], env);

/** A portal with a database that nobody else uses: for what would disturb other tests, or be disturbed. */
export async function startOwnPortal(port: string, settings: Record<string, string> = {}): Promise<OwnPortal> {
  const folder = mkdtempSync(path.join(tmpdir(), "portal-"));
  const address = `http://localhost:${port}`;
  let database = await serveDatabase(folder);
  for (const name of ["migrate", "seed"]) {
    const command = runScript(name, { DATABASE_URL: database.url, DIRECT_DATABASE_URL: "", ...SECRET });
    if ((await command.exitCode()) !== 0) throw new Error(`${name} failed:\n${command.output()}`);
  }
  const cable = new Cable(database.url);
  const DATABASE_URL = await cable.plugIn();
  const start = async (cwd?: string) => {
    const env = { NODE_ENV: "production", DATABASE_URL, NEXTAUTH_URL: address, PORT: port, ...SECRET, ...settings };
    own.portal = startPortal(NEXT_START, env, cwd);
    await own.portal.untilReady();
  };
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
    async killDatabase() {
      await database.process.stop("SIGKILL");
    },
    async startDatabase() {
      database = await serveDatabase(folder);
      cable.leadTo(database.url);
    },
    async setReadOnly(isReadOnly) {
      const { TEST_POSTGRES, TEST_DATABASE_URL } = process.env;
      const state = isReadOnly ? "on" : "off";
      if (TEST_POSTGRES || TEST_DATABASE_URL) {
        // For all connections, those that there are as well.
        await own.sql(`ALTER SYSTEM SET default_transaction_read_only = ${state}`);
        await own.sql("SELECT pg_reload_conf()");
      } else {
        // All connections are one session of the embedded database.
        await own.sql(`SET default_transaction_read_only = ${state}`);
      }
    },
    async restart(folder) {
      await own.portal.stop();
      await start(folder);
    },
    async stop() {
      await own.portal.stop();
      await cable.pullOut();
      await database.process.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await start();
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
