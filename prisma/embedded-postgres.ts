import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";

export type EmbeddedPostgres = {
  databaseUrl: string;
  ready: Promise<void>;
  stop(): Promise<void>;
};

export class DataFolderInUseError extends Error {
  override name = "DataFolderInUseError";
}

export async function startEmbeddedPostgres(folder: string): Promise<EmbeddedPostgres> {
  mkdirSync(folder, { recursive: true });
  const port = choosePort(folder);
  const { PGLiteSocketServer } = await import("@electric-sql/pglite-socket");
  let open = () => {};
  const opening = new Promise<void>((resolve) => (open = resolve)).then(() => openDatabase(folder));
  const db = serveWhenOpen(opening);
  const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port, maxConnections: 100 });
  await server.start().catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new DataFolderInUseError(
      `The data folder ${path.relative(process.cwd(), folder) || folder} is in use: something is listening on its port, ${port}. ` +
        "Stop that process (another `npm run dev`?) first.",
    );
  });
  // Opening blocks this process for seconds: the caller may start other processes first.
  setImmediate(open);
  return {
    databaseUrl: toDatabaseUrl(port),
    ready: opening.then(() => {}),
    async stop() {
      // The port is the lock: it stays taken until the files are closed.
      await opening.then(
        (database) => database.close(),
        () => {},
      );
      await server.stop();
    },
  };
}

export async function findRunningDatabase(folder: string): Promise<string | null> {
  if (!existsSync(folder)) return null;
  const port = choosePort(folder);
  const socket = connect({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    return toDatabaseUrl(port);
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

/** A port per folder: only one process can listen on it, and a killed process leaves no lock behind. */
function choosePort(folder: string): number {
  const hash = createHash("sha256").update(realpathSync(folder)).digest().readUInt32BE();
  return 10_000 + (hash % 22_000);
}

const toDatabaseUrl = (port: number) => `postgresql://postgres@127.0.0.1:${port}/postgres`;

async function openDatabase(folder: string): Promise<PGlite> {
  const { PGlite } = await import("@electric-sql/pglite");
  const files = path.join(folder, "postgres");
  try {
    if (!existsSync(files)) {
      const unfinished = path.join(folder, "postgres.unfinished");
      rmSync(unfinished, { recursive: true, force: true });
      await (await PGlite.create(unfinished)).close();
      renameSync(unfinished, files);
    }
    const database = await PGlite.create(files);
    // The first query is slow: a client's would time out.
    await database.query("SELECT 1");
    return database;
  } catch (cause) {
    const advice = "If you do not need its data, delete the folder: it will be created again.";
    throw new Error(`The database in ${files} cannot be opened. ${advice}`, { cause });
  }
}

const EXTENDED_QUERY_MESSAGES = [..."PBDECH"].map((firstByte) => firstByte.charCodeAt(0));

// The socket server interleaves the messages of all connections, except during a transaction. An extended query without
// its Sync is therefore presented as one (electric-sql/pglite#1046).
function serveWhenOpen(opening: Promise<PGlite>): PGlite {
  let database: PGlite | undefined;
  let isQueryOpen = false;
  void opening.then((opened) => (database = opened)).catch(() => {});
  const served: Pick<PGlite, "waitReady" | "isInTransaction" | "runExclusive" | "execProtocolRawStream" | "exec"> = {
    waitReady: Promise.resolve(),
    isInTransaction: () => !database?.closed && (isQueryOpen || (database?.isInTransaction() ?? false)),
    runExclusive: async (work) => (await opening).runExclusive(work),
    async execProtocolRawStream(message, options) {
      isQueryOpen = EXTENDED_QUERY_MESSAGES.includes(message[0]!);
      return (await opening).execProtocolRawStream(message, options);
    },
    async exec(query, options) {
      isQueryOpen = false;
      return (await opening).exec(query, options);
    },
  };
  return served as PGlite;
}
