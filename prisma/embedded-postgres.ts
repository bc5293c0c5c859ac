/**
 * Postgres for a machine without Postgres: PGlite (the real server, compiled to WebAssembly) behind a
 * socket on loopback, its files in a folder. Two processes that open the same folder would corrupt it,
 * so exactly one owns it, and a lock file tells the others where to connect
 * (docs/decisions/embedded-postgres.md).
 */
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";

export type EmbeddedPostgres = {
  /** A connection string for `pg`, Prisma and psql. Good until `stop()`. */
  databaseUrl: string;
  /** Resolves when the database is open. Connections may be made before: they wait. */
  ready: Promise<void>;
  stop(): Promise<void>;
};

/** Who has a data folder open. The port answers from before the database is open until its owner's end. */
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
 * Serves the database in `folder` on a free port of 127.0.0.1, making it on first use. Returns before the
 * database is open: whatever is asked until then waits.
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
  // Only now that the folder is ours. And not at once: opening keeps this process busy, and the caller may have others to start.
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
      // Made beside its place and moved there when complete: a first start that is cut off leaves no half of a database.
      const unfinished = path.join(folder, "postgres.unfinished");
      rmSync(unfinished, { recursive: true, force: true });
      await (await PGlite.create(unfinished)).close();
      renameSync(unfinished, files);
    }
    const database = await PGlite.create(files);
    // The first query is the slowest by far: no client with a time limit shall have it.
    await database.query("SELECT 1");
    return database;
  } catch (error) {
    throw new Error(
      `The database in ${files} cannot be opened. If it holds nothing that you need, delete it: the demo's data is made again.`,
      { cause: error },
    );
  }
}

/** The connection string of the process that has `folder` open, or null when nobody has. */
export async function findRunningDatabase(folder: string): Promise<string | null> {
  const owner = await readLivingLock(path.join(folder, "lock.json"));
  return owner ? toDatabaseUrl(owner.port) : null;
}

const toDatabaseUrl = (port: number) => `postgresql://postgres@127.0.0.1:${port}/postgres`;

// Parse, Bind, Describe, Execute, Close and Flush, by the first byte of their messages in Postgres' protocol.
const EXTENDED_QUERY = new Set([..."PBDECH"].map((letter) => letter.charCodeAt(0)));

/**
 * What the socket server asks of a database, answered by one that may still be opening.
 *
 * It hands over the messages of all connections one by one, and keeps to one connection only inside a
 * transaction. But a query is several messages, which belong together until Sync: those of two
 * connections would mix (electric-sql/pglite#1046). So an unfinished query is passed off as a transaction.
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
    // The server's ROLLBACK for a connection that broke off.
    async exec(query, options) {
      isBatchOpen = false;
      return (await opening).exec(query, options);
    },
  };
  return served as PGlite;
}

async function lockFolder(folder: string, port: number): Promise<() => void> {
  const file = path.join(folder, "lock.json");
  const mine: Lock = { pid: process.pid, port };
  // Written beside its place and linked there: nobody ever reads half a lock.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine));
  try {
    for (;;) {
      if (succeeds(() => linkSync(draft, file))) return () => rmSync(file, { force: true });
      const owner = await readLivingLock(file);
      if (owner) throw new DataFolderInUseError(folder, owner);
      await clearStaleLock(file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes a lock whose owner is dead: one process at a time, which looks again once it is alone. */
async function clearStaleLock(file: string): Promise<void> {
  const turn = `${file}.clearing`;
  if (!succeeds(() => mkdirSync(turn))) {
    // Somebody else's turn, or somebody who was killed in it.
    const age = Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > 10_000) rmSync(turn, { recursive: true, force: true });
    return new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (!(await readLivingLock(file))) rmSync(file, { force: true });
  rmSync(turn, { recursive: true, force: true });
}

/** Whether something could be made, or was there already. */
function succeeds(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * A lock file outlives a `kill -9`, and both the number and the port of a dead process are given to
 * others. An owner is alive when the process exists and its port answers.
 */
async function readLivingLock(file: string): Promise<Lock | null> {
  try {
    const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
    return isRunning(lock.pid) && (await answers(lock.port)) ? lock : null;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
