import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { startEmbeddedPostgres } from "../prisma/embedded-postgres";
import { Cable } from "./cable";
import { NEXT_START, startPortal, type PortalProcess } from "./portal-process";

export type OwnPortal = {
  portal: PortalProcess;
  cable: Cable;
  /** Runs one statement in its database, past the cable. */
  sql: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  /** Starts the portal again: this build, or the one in another folder. */
  restart(folder?: string): Promise<void>;
  stop(): Promise<void>;
};

/**
 * A portal with a database that nobody else uses: for what would disturb other tests, or be disturbed.
 *
 * @param name of its database's folder
 */
export async function startOwnPortal(port: string, settings: Record<string, string> = {}): Promise<OwnPortal> {
  const folder = mkdtempSync(path.join(tmpdir(), "portal-"));
  const database = await startEmbeddedPostgres(folder);
  await database.ready;
  const script = (name: string, env: Record<string, string>) =>
    startPortal([process.execPath, "-C", "react-server", "scripts/run.mjs", name], {
      DATABASE_URL: database.databaseUrl,
      NEXTAUTH_SECRET: "the secret of a portal of its own",
      GLASSIX_SANDBOX: "true",
      ...env,
    });
  for (const name of ["migrate", "seed"]) {
    const command = script(name, {});
    if ((await command.exitCode()) !== 0) throw new Error(`${name} failed:\n${command.output()}`);
  }
  const cable = new Cable(new URL(database.databaseUrl));
  const DATABASE_URL = await cable.plugIn();
  const start = async (cwd?: string) => {
    const env = {
      NODE_ENV: "production",
      DATABASE_URL,
      NEXTAUTH_SECRET: "the secret of a portal of its own",
      NEXTAUTH_URL: `http://localhost:${port}`,
      GLASSIX_SANDBOX: "true",
      PORT: port,
      ...settings,
    };
    own.portal = startPortal(NEXT_START, env, cwd);
    await own.portal.untilReady();
  };
  const client = new pg.Client({ connectionString: database.databaseUrl });
  await client.connect();
  const own: OwnPortal = {
    portal: undefined as unknown as PortalProcess,
    cable,
    sql: async (text, values) => (await client.query(text, values)).rows,
    async restart(folder) {
      await own.portal.stop();
      await start(folder);
    },
    async stop() {
      await own.portal.stop();
      await client.end();
      await cable.pullOut();
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await start();
  return own;
}
