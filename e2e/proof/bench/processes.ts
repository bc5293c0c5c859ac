/**
 * Starts the measured processes, and reads their resource usage. Processor time and memory come from /proc, and cores
 * are assigned with `taskset`. Both need Linux, and are skipped elsewhere.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { startProcess } from "../portal-process";
import { DEPARTMENT, NEXTAUTH_SECRET, SANDBOX_PORTAL } from "../../servers";
import { startTestDatabase, type TestDatabase } from "../../test-database";
import { findCommand } from "@/scripts/find-command";

export type Server = {
  address: string;
  /** Milliseconds of processor time of all its threads so far. NaN if unknown. */
  processorTime(): number;
  /** Its peak memory so far, in MB. NaN if unknown. */
  peakMemory(): number;
  /** Milliseconds from its start until it responded, and its processor time until then. */
  startTime: number;
  startProcessorTime: number;
  stop(): Promise<void>;
};

export const NEXT = findCommand("next");
export const CORES = availableParallelism();
export const ALL_CORES = `0-${CORES - 1}`;
const canPin = CORES > 1 && spawnSync("taskset", ["--version"]).status === 0;
// Linux counts processor time in hundredths of a second on every machine.
const TICK = 10;
const running = new Set<() => Promise<void>>();

/** Stops everything that was started. */
export async function stopAll(): Promise<void> {
  for (const stop of [...running].reverse()) await stop();
  reserveServerCore(false);
}

/** Describes the assignment of cores. */
export const describeCores = () =>
  canPin
    ? `each server alone on one core; load and database on ${CORES === 2 ? "the other" : "the others"}`
    : "nothing is bound to a core here: ratios are less reliable";

/** Keeps this process, and all that it starts from now on, off the servers' core, or gives it all cores again. */
export function reserveServerCore(isReserved = true): void {
  if (canPin) spawnSync("taskset", ["-a", "-c", "-p", `${isReserved ? 1 : 0}-${CORES - 1}`, String(process.pid)]);
}

export type ServerSettings = {
  env?: Record<string, string>;
  /** Its cores: a number, or a list in the format of `taskset`. */
  cores?: string;
  /** The request that is repeated until it succeeds. */
  probe?: (address: string) => Promise<unknown>;
};

/** Starts a server in production mode at a local address, and waits until it responds. */
export async function startServer(
  command: string[],
  address: string,
  { env = {}, cores = "0", probe = fetch }: ServerSettings = {},
): Promise<Server> {
  const startedAt = performance.now();
  const [program, ...args] = canPin ? ["taskset", "-c", cores, ...command] : command;
  const child = spawn(program!, args, {
    env: { ...process.env, NODE_ENV: "production", PORT: new URL(address).port, ...env } as NodeJS.ProcessEnv,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (text) => (errors += text));
  const exited = once(child, "exit");
  const stop = async () => {
    running.delete(stop);
    child.kill("SIGTERM");
    await exited;
  };
  running.add(stop);
  while (!(await probe(address).catch(() => null))) {
    if (child.exitCode !== null) throw new Error(`${command.join(" ")} exited before it responded:\n${errors}`);
    await setTimeout(5);
  }
  const read = (file: string) =>
    existsSync("/proc/self/stat") ? readFileSync(`/proc/${child.pid}/${file}`, "utf8") : "";
  const readProcessorTime = () => {
    // The name, in brackets, may contain anything. utime and stime are the 14th and 15th field.
    const fields = read("stat").split(") ").at(-1)!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK;
  };
  return {
    address,
    startTime: performance.now() - startedAt,
    startProcessorTime: readProcessorTime(),
    processorTime: readProcessorTime,
    peakMemory: () => Number(/^VmHWM:\s+(\d+) kB/m.exec(read("status"))?.[1]) / 1000,
    stop,
  };
}

/** Starts the portal from the build in this folder, or in another, with a Glassix department. */
export const startPortal = (
  database: TestDatabase,
  address: string,
  { folder = ".", ...settings }: ServerSettings & { folder?: string } = {},
) =>
  startServer([process.execPath, NEXT, "start", folder], address, {
    ...settings,
    env: { DATABASE_URL: database.databaseUrl, NEXTAUTH_URL: address, NEXTAUTH_SECRET, ...DEPARTMENT, ...settings.env },
  });

/** Starts the portal with the sandbox and its demo customers, for measurements in a browser. */
export async function startSandboxPortal(database: TestDatabase): Promise<Server> {
  await runScript("seed", { DATABASE_URL: database.databaseUrl, NEXTAUTH_SECRET, GLASSIX_SANDBOX: "true" });
  return startPortal(database, SANDBOX_PORTAL, {
    cores: ALL_CORES,
    env: {
      GLASSIX_SANDBOX: "true",
      GLASSIX_API_KEY: "",
      GLASSIX_API_SECRET: "",
      GLASSIX_SNIPPET_ID: "",
      GLASSIX_SNIPPET_ID_HE: "",
    },
  });
}

/** Starts a migrated database: PostgreSQL if it is installed, otherwise the embedded one. */
export async function startDatabase(name: string): Promise<TestDatabase & { description: string }> {
  const database = await startTestDatabase(path.resolve(".data/bench-database", name));
  const stop = async () => {
    running.delete(stop);
    await database.stop();
  };
  running.add(stop);
  await runScript("migrate", { DATABASE_URL: database.databaseUrl });
  const description = process.env.TEST_POSTGRES ? await readVersion(database) : "the embedded database";
  return { ...database, description };
}

async function runScript(name: string, env: Record<string, string>): Promise<void> {
  const script = startProcess([process.execPath, "-C", "react-server", "scripts/run.mjs", name], env);
  if ((await script.exitCode()) !== 0) throw new Error(`${name} failed:\n${script.output()}`);
}

async function readVersion({ databaseUrl }: TestDatabase): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query("SHOW server_version").finally(() => client.end());
  return `PostgreSQL ${rows[0].server_version.split(" ")[0]}`;
}
