/**
 * Postgres for a machine without Postgres: PGlite (the real server, compiled to WebAssembly) behind a
 * socket on loopback, its files in a folder. Two processes that open the same folder would corrupt it,
 * so exactly one owns it, and a lock file tells the others where to connect
 * (docs/decisions/embedded-postgres.md).
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import path from "node:path";

export type EmbeddedPostgres = {
  /** A connection string for `pg`, Prisma and psql. Good until `stop()`. */
  databaseUrl: string;
  stop(): Promise<void>;
};

type Lock = { pid: number; port: number };

/** The data folder belongs to another living process. */
export class DataFolderInUseError extends Error {
  override name = "DataFolderInUseError";
  constructor(
    readonly folder: string,
    readonly owner: Lock,
  ) {
    super(
      `The data folder ${path.relative(process.cwd(), folder) || folder} is in use by process ${owner.pid} ` +
        "(another `npm run dev`?): stop that one first, or work with it.",
    );
  }
}

/**
 * Opens the database in `folder`, making it on first use, and serves it on a free port of 127.0.0.1.
 *
 * @throws DataFolderInUseError when another process has it open
 */
export async function startEmbeddedPostgres(folder: string): Promise<EmbeddedPostgres> {
  mkdirSync(folder, { recursive: true });
  const port = await findFreePort();
  const unlock = await lockFolder(folder, port);
  try {
    const { PGlite } = await import("@electric-sql/pglite");
    const { PGLiteSocketServer } = await import("@electric-sql/pglite-socket");

    const files = path.join(folder, "postgres");
    if (!existsSync(files)) {
      // Made beside its place and moved there when complete: a first start that is cut off leaves no half of a database.
      const unfinished = path.join(folder, "postgres.unfinished");
      rmSync(unfinished, { recursive: true, force: true });
      await (await PGlite.create(unfinished)).close();
      renameSync(unfinished, files);
    }
    const database = await PGlite.create(files);
    const server = new PGLiteSocketServer({ db: database, host: "127.0.0.1", port, maxConnections: 100 });
    await server.start();
    return {
      databaseUrl: toDatabaseUrl(port),
      async stop() {
        await server.stop();
        await database.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** The connection string of the process that has `folder` open, or null when nobody has. */
export async function findRunningDatabase(folder: string): Promise<string | null> {
  const owner = await readLivingLock(path.join(folder, "lock.json"));
  return owner ? toDatabaseUrl(owner.port) : null;
}

const toDatabaseUrl = (port: number) => `postgresql://postgres@127.0.0.1:${port}/postgres`;

async function lockFolder(folder: string, port: number): Promise<() => void> {
  const file = path.join(folder, "lock.json");
  const mine: Lock = { pid: process.pid, port };
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(mine), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = await readLivingLock(file);
    if (owner) throw new DataFolderInUseError(folder, owner);
    rmSync(file, { force: true });
  }
}

/**
 * A lock outlives a `kill -9`, and the number of a dead process is given to others: its owner is taken
 * for alive only while the process exists and the lock is fresh or its port answers.
 */
async function readLivingLock(file: string): Promise<Lock | null> {
  let lock: Lock;
  try {
    lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
    process.kill(lock.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return null;
    lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
  }
  // An owner that is still starting does not answer yet: it gets a while.
  const deadline = Date.now() + 15_000;
  do {
    if (await answers(lock.port)) return lock;
    await new Promise((resolve) => setTimeout(resolve, 250));
    if (!existsSync(file)) return null;
  } while (Date.now() < deadline);
  return null;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
