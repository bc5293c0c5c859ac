/**
 * Postgres for a machine without Postgres: PGlite (the real server, compiled to WebAssembly) behind a
 * socket on loopback, its files in a folder. Two processes that open the same folder would corrupt it,
 * so exactly one owns it, and a lock file tells the others where to connect
 * (docs/decisions/embedded-postgres.md).
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";

export type EmbeddedPostgres = {
  /** A connection string for `pg`, Prisma and psql. Good until `stop()`. */
  databaseUrl: string;
  stop(): Promise<void>;
};

/** `guardPort` answers for as long as the owner lives, from before the database is open. */
type Lock = { pid: number; port: number; guardPort: number };

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
    const database = await PGlite.create(files).catch((error: unknown) => {
      throw new Error(
        `The database in ${files} cannot be opened. If it holds nothing that you need, delete it: the demo's data is made again.`,
        { cause: error },
      );
    });
    const server = new PGLiteSocketServer({
      db: keepBatchesWhole(database),
      host: "127.0.0.1",
      port,
      maxConnections: 100,
    });
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

// Parse, Bind, Describe, Execute, Close and Flush, by the first byte of their messages in Postgres' protocol.
const EXTENDED_QUERY = new Set([..."PBDECH"].map((letter) => letter.charCodeAt(0)));

/**
 * The socket server hands the messages of all connections to the one database, each on its own, and
 * keeps to one connection only inside a transaction. But a query is several messages, which belong
 * together until Sync: between two connections they would mix (electric-sql/pglite#1046). So an
 * unfinished query is passed off as a transaction.
 */
function keepBatchesWhole(database: PGlite): PGlite {
  let isBatchOpen = false;
  const overrides: Partial<PGlite> = {
    isInTransaction: () => isBatchOpen || database.isInTransaction(),
    execProtocolRawStream(message, options) {
      isBatchOpen = EXTENDED_QUERY.has(message[0]!);
      return database.execProtocolRawStream(message, options);
    },
    // The server's ROLLBACK for a connection that broke off.
    exec(query, options) {
      isBatchOpen = false;
      return database.exec(query, options);
    },
  };
  return new Proxy(database, {
    get(target, name) {
      if (name in overrides) return overrides[name as keyof PGlite];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function lockFolder(folder: string, port: number): Promise<() => void> {
  const file = path.join(folder, "lock.json");
  const guard = await listen();
  const unlock = () => {
    guard.close();
    rmSync(file, { force: true });
  };
  for (;;) {
    try {
      const lock: Lock = { pid: process.pid, port, guardPort: portOf(guard) };
      writeFileSync(file, JSON.stringify(lock), { flag: "wx" });
      return unlock;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = await readLivingLock(file);
    if (owner) {
      guard.close();
      throw new DataFolderInUseError(folder, owner);
    }
    rmSync(file, { force: true });
  }
}

/**
 * A lock file outlives a `kill -9`, and both the number and the port of a dead process are given to
 * others. An owner is alive when the process exists and its port answers.
 */
async function readLivingLock(file: string): Promise<Lock | null> {
  try {
    const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
    return isRunning(lock.pid) && (await answers(lock.guardPort)) ? lock : null;
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

async function findFreePort(): Promise<number> {
  const probe = await listen();
  const port = portOf(probe);
  return new Promise((resolve) => probe.close(() => resolve(port)));
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy()).once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
    server.unref();
  });
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
