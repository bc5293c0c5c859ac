import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DataFolderInUseError, findRunningDatabase, startEmbeddedPostgres } from "./embedded-postgres";

const folder = mkdtempSync(path.join(tmpdir(), "embedded-postgres-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const owner = `
  const { startEmbeddedPostgres } = await import("./prisma/embedded-postgres.ts");
  const { databaseUrl } = await startEmbeddedPostgres(process.argv[1]);
  console.log(databaseUrl);
`;
let child: ChildProcess | undefined;

function spawnOwner(stderr: "inherit" | "ignore" = "ignore"): ChildProcess {
  const args = ["--import", "tsx", "--input-type=module", "--eval", owner, folder];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", stderr] });
}

/** Opens the folder in a separate process, which can be killed. */
function startOwner(): Promise<string> {
  child = spawnOwner("inherit");
  return new Promise((resolve, reject) => {
    child!.stdout!.once("data", (line: Buffer) => resolve(line.toString().trim()));
    child!.once("exit", (code) => reject(new Error(`The owner ended with code ${code}.`)));
  });
}

function killOwner(): Promise<void> {
  return new Promise((resolve) => {
    child!.once("exit", () => resolve()).kill("SIGKILL");
  });
}

async function query(databaseUrl: string, text: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe("the embedded Postgres", { timeout: 600_000 }, () => {
  beforeAll(async () => {
    const database = await startEmbeddedPostgres(folder);
    await query(database.databaseUrl, "CREATE TABLE message (id serial PRIMARY KEY, text text)");
    await database.stop();
  }, 600_000);
  afterEach(() => void child?.kill("SIGKILL"));

  it("loses no committed message when it is killed during writes, three times in a row", async () => {
    const confirmed: number[] = [];
    for (let round = 0; round < 3; round++) {
      const databaseUrl = await startOwner();
      const write = async () => {
        for (;;)
          confirmed.push((await query(databaseUrl, "INSERT INTO message (text) VALUES ('hello') RETURNING id"))[0].id);
      };
      const writers = Promise.allSettled([write(), write()]);
      const enough = confirmed.length + 20;
      while (confirmed.length < enough) await new Promise((resolve) => setImmediate(resolve));
      await killOwner();
      await writers;
    }
    const rows = await query(await startOwner(), "SELECT id FROM message ORDER BY id");
    const storedIds = new Set(rows.map((row) => row.id));
    expect(confirmed.filter((id) => !storedIds.has(id))).toEqual([]);
  });

  it("rejects a second process, and names the port to connect to", async () => {
    const databaseUrl = await startOwner();
    const refusal = startEmbeddedPostgres(folder);
    await expect(refusal).rejects.toBeInstanceOf(DataFolderInUseError);
    await expect(refusal).rejects.toThrow(
      new RegExp(`is in use: .* port, ${new URL(databaseUrl).port}\\. Stop that process`),
    );
    expect(await findRunningDatabase(folder)).toBe(databaseUrl);
  });

  it("keeps the queries of many connections apart, even if one disconnects midway", async () => {
    const pool = new pg.Pool({ connectionString: await startOwner(), max: 10 });
    pool.on("error", () => {});
    const runQuery = async (index: number) => {
      if (index % 10 > 0) return (await pool.query("SELECT $1::text AS answer", [`query ${index}`])).rows[0].answer;
      const client = await pool.connect();
      await client.query("BEGIN");
      const { rows } = await client.query("SELECT $1::text AS answer", [`query ${index}`]);
      await client.query("COMMIT");
      client.release();
      return rows[0].answer;
    };
    const indexes = Array.from({ length: 300 }, (_, index) => index);
    expect(await Promise.all(indexes.map(runQuery))).toEqual(indexes.map((index) => `query ${index}`));

    const socket = connect(Number(new URL(pool.options.connectionString!).port), "127.0.0.1");
    const startUp = Buffer.from("\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0");
    socket.write(startUp);
    await once(socket, "data");
    socket.write(Buffer.from("P\0\0\0\x10\0SELECT 1\0\0\0"));
    socket.destroy();
    expect(await runQuery(1)).toBe("query 1");
    await pool.end();
  });

  it("can be opened again after its owner was killed", async () => {
    await startOwner();
    await killOwner();
    expect(await findRunningDatabase(folder)).toBeNull();

    const database = await startEmbeddedPostgres(folder);
    await database.stop();
  });

  it("has one owner when several processes start at once after a kill", async () => {
    await startOwner();
    await killOwner();
    const children = Array.from({ length: 5 }, () => spawnOwner());
    const outcomes = await Promise.all(
      children.map((child) =>
        Promise.race([once(child.stdout!, "data").then(() => "owner"), once(child, "exit").then(() => "refused")]),
      ),
    );
    children.forEach((child) => child.kill("SIGKILL"));
    expect(outcomes.toSorted()).toEqual(["owner", "refused", "refused", "refused", "refused"]);
  });

  it("starts over when the first start was interrupted", async () => {
    const fresh = path.join(folder, "fresh");
    // What a kill during the creation of the database leaves behind.
    mkdirSync(path.join(fresh, "postgres.unfinished/base"), { recursive: true });
    const database = await startEmbeddedPostgres(fresh);
    expect(await query(database.databaseUrl, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await database.stop();
  });
});
