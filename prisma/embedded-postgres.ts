import { once } from "node:events";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { PGlite } from "@electric-sql/pglite";

export type EmbeddedPostgres = {
  databaseUrl: string;
  /** Resolves when the database is open. Clients may connect before: their queries wait. */
  ready: Promise<void>;
  stop(): Promise<void>;
};

/** The process that has a data folder open, and the port of its database. */
type Lock = { pid: number; port: number };

export class DataFolderInUseError extends Error {
  override name = "DataFolderInUseError";
  constructor(
    readonly folder: string,
    readonly owner: Lock,
  ) {
    super(
      `The data folder ${path.relative(process.cwd(), folder) || folder} is in use by process ${owner.pid} ` +
        "(another `npm run dev`?). Stop that process first.",
    );
  }
}

/**
 * Serves the Postgres in `folder` on a free port of 127.0.0.1, and creates it on first use: PGlite, which is Postgres in
 * WebAssembly. Returns before the database is open. Only one process may open a folder (docs/decisions/embedded-postgres.md).
 *
 * @throws DataFolderInUseError when another process has it open
 */
export async function startEmbeddedPostgres(folder: string): Promise<EmbeddedPostgres> {
  mkdirSync(folder, { recursive: true });
  const { PGLiteSocketServer } = await import("@electric-sql/pglite-socket");
  let open = () => {};
  const opening = new Promise<void>((resolve) => (open = resolve)).then(() => openDatabase(folder));
  const server = new PGLiteSocketServer({
    db: serveWhenOpen(opening),
    host: "127.0.0.1",
    port: 0,
    maxConnections: 100,
  });
  await server.start();
  const port = Number(server.getServerConn().split(":")[1]);
  let unlock: () => void;
  try {
    unlock = await lockFolder(folder, port);
  } catch (error) {
    await server.stop();
    throw error;
  }
  // Not at once: opening blocks this process for seconds, and the caller may have other processes to start.
  setImmediate(open);
  return {
    databaseUrl: toDatabaseUrl(port),
    ready: opening.then(() => {}),
    async stop() {
      await server.stop();
      await opening.then((database) => database.close());
      unlock();
    },
  };
}

async function openDatabase(folder: string): Promise<PGlite> {
  const { PGlite } = await import("@electric-sql/pglite");
  const files = path.join(folder, "postgres");
  try {
    if (!existsSync(files)) {
      // Renamed when complete, so that an interrupted first start leaves no incomplete database.
      const unfinished = path.join(folder, "postgres.unfinished");
      rmSync(unfinished, { recursive: true, force: true });
      await (await PGlite.create(unfinished)).close();
      renameSync(unfinished, files);
    }
    const database = await PGlite.create(files);
    // The first query is slow: a client's would time out.
    await database.query("SELECT 1");
    return database;
  } catch (error) {
    throw new Error(
      `The database in ${files} cannot be opened. If you do not need its data, delete the folder: it is created again.`,
      { cause: error },
    );
  }
}

/** The connection string of the database that another process serves from `folder`, or null. */
export async function findRunningDatabase(folder: string): Promise<string | null> {
  const owner = await readLock(path.join(folder, "lock.json"));
  return owner ? toDatabaseUrl(owner.port) : null;
}

const toDatabaseUrl = (port: number) => `postgresql://postgres@127.0.0.1:${port}/postgres`;

// The messages Parse, Bind, Describe, Execute, Close and Flush of the Postgres protocol, by their first byte.
const EXTENDED_QUERY = new Set([..."PBDECH"].map((letter) => letter.charCodeAt(0)));

/**
 * The database for the socket server, which may still be opening.
 *
 * The socket server interleaves the messages of all connections, except during a transaction. The messages of one extended
 * query belong together until Sync, so an unfinished query is presented as a transaction (electric-sql/pglite#1046).
 */
function serveWhenOpen(opening: Promise<PGlite>): PGlite {
  let database: PGlite | undefined;
  let isBatchOpen = false;
  void opening.then((opened) => (database = opened)).catch(() => {});
  const served: Pick<PGlite, "waitReady" | "isInTransaction" | "runExclusive" | "execProtocolRawStream" | "exec"> = {
    waitReady: Promise.resolve(),
    isInTransaction: () => isBatchOpen || (database?.isInTransaction() ?? false),
    runExclusive: async (work) => (await opening).runExclusive(work),
    async execProtocolRawStream(message, options) {
      isBatchOpen = EXTENDED_QUERY.has(message[0]!);
      return (await opening).execProtocolRawStream(message, options);
    },
    // The server's ROLLBACK after a connection was lost.
    async exec(query, options) {
      isBatchOpen = false;
      return (await opening).exec(query, options);
    },
  };
  return served as PGlite;
}

/** Creates the lock file. It must be complete from the start, so it is written elsewhere and linked. */
async function lockFolder(folder: string, port: number): Promise<() => void> {
  const file = path.join(folder, "lock.json");
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ pid: process.pid, port }));
  try {
    while (!isNew(() => linkSync(draft, file))) {
      const owner = await readLock(file);
      if (owner) throw new DataFolderInUseError(folder, owner);
      await removeStaleLock(file);
    }
    return () => rmSync(file, { force: true });
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes the lock of a dead process. Exclusively: otherwise it could remove the lock that another process has just created. */
async function removeStaleLock(file: string): Promise<void> {
  const guard = `${file}.clearing`;
  if (isNew(() => mkdirSync(guard))) {
    if (!(await readLock(file))) rmSync(file, { force: true });
    rmSync(guard, { recursive: true, force: true });
    return;
  }
  const since = statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - since > 10_000) rmSync(guard, { recursive: true, force: true });
  await setTimeout(50);
}

/** Whether `create` created its file: false if that exists. */
function isNew(create: () => void): boolean {
  try {
    create();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The lock, if its owner is alive: the process exists and the port answers. Each of the two alone may have been reused. */
async function readLock(file: string): Promise<Lock | null> {
  try {
    const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
    if (!isRunning(lock.pid)) return null;
    const socket = connect({ host: "127.0.0.1", port: lock.port });
    await once(socket, "connect");
    socket.destroy();
    return lock;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process of another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
