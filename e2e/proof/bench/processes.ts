/**
 * The processes that are measured, and what they have used. Processor time and memory are read in /proc, and
 * cores are given out with `taskset`: on other systems than Linux both are left out.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { startPortal as startPortalProcess } from "../portal-process";
import { DEPARTMENT, NEXTAUTH_SECRET, SANDBOX_PORTAL } from "../../servers";
import { startTestDatabase, type TestDatabase } from "../../test-database";
import { findCommand } from "@/scripts/find-command";

export type Server = {
  address: string;
  /** Milliseconds of processor time so far, of all its threads. NaN where that cannot be known. */
  processorTime(): number;
  /** The most memory that it has had so far, in MB. NaN where that cannot be known. */
  peakMemory(): number;
  /** Milliseconds from its start until it answered, and of processor time in these. */
  startTime: number;
  startProcessorTime: number;
  stop(): Promise<void>;
};

export const NEXT = findCommand("next");
export const CORES = availableParallelism();
const ALL_CORES = `0-${CORES - 1}`;
const canPin = CORES > 1 && spawnSync("taskset", ["--version"]).status === 0;
// Linux counts processor time in hundredths of a second, whatever the machine.
const TICK = 10;
const running = new Set<() => Promise<void>>();

/** Ends all that was started, after a measurement or when it has failed. */
export async function stopAll(): Promise<void> {
  for (const stop of [...running].reverse()) await stop();
  leaveCoreToServers(false);
}

/** Says who has which core. */
export const describeCores = () =>
  canPin
    ? `each server alone on one core; load and database on ${CORES === 2 ? "the other" : "the others"}`
    : "nothing is bound to a core here: ratios are less sure";

/** Keeps this process, and all that it starts from now on, off the core of the servers; or gives it all cores again. */
export function leaveCoreToServers(isLeft = true): void {
  if (canPin) spawnSync("taskset", ["-a", "-c", "-p", `${isLeft ? 1 : 0}-${CORES - 1}`, String(process.pid)]);
}

export type ServerSettings = {
  env?: Record<string, string>;
  /** Which core it has to itself: a number, or a list as `taskset` takes it. */
  cores?: string;
  /** What to ask for until it answers. */
  ask?: (address: string) => Promise<unknown>;
};

/** Starts a server at an address of this machine, in production, and waits until it answers. */
export async function startServer(
  command: string[],
  address: string,
  { env = {}, cores = "0", ask = fetch }: ServerSettings = {},
): Promise<Server> {
  const started = performance.now();
  const [program, ...args] = canPin ? ["taskset", "-c", cores, ...command] : command;
  const child = spawn(program!, args, {
    env: { ...process.env, NODE_ENV: "production", PORT: new URL(address).port, ...env } as NodeJS.ProcessEnv,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (text) => (errors += text));
  const ended = once(child, "exit");
  const stop = async () => {
    running.delete(stop);
    child.kill("SIGTERM");
    await ended;
  };
  running.add(stop);
  while (!(await ask(address).catch(() => null))) {
    if (child.exitCode !== null) throw new Error(`${command.join(" ")} ended before it answered:\n${errors}`);
    await setTimeout(5);
  }
  const read = (file: string) =>
    existsSync("/proc/self/stat") ? readFileSync(`/proc/${child.pid}/${file}`, "utf8") : "";
  const readProcessorTime = () => {
    // The name, in brackets, may hold anything; utime and stime are the 14th and 15th field.
    const fields = read("stat").split(") ").at(-1)!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK;
  };
  return {
    address,
    startTime: performance.now() - started,
    startProcessorTime: readProcessorTime(),
    processorTime: readProcessorTime,
    peakMemory: () => Number(/^VmHWM:\s+(\d+) kB/m.exec(read("status"))?.[1]) / 1000,
    stop,
  };
}

/** The portal, from this folder's build, as a department's server would run it. */
export const startPortal = (database: TestDatabase, address: string, settings: ServerSettings = {}) =>
  startServer([process.execPath, NEXT, "start"], address, {
    ...settings,
    env: { DATABASE_URL: database.databaseUrl, NEXTAUTH_URL: address, NEXTAUTH_SECRET, ...DEPARTMENT, ...settings.env },
  });

/** The same with the sandbox and its demo customers, for what a browser measures. */
export async function startSandboxPortal(database: TestDatabase): Promise<Server> {
  await runScript("seed", { DATABASE_URL: database.databaseUrl, NEXTAUTH_SECRET, GLASSIX_SANDBOX: "true" });
  return startPortal(database, SANDBOX_PORTAL, {
    cores: ALL_CORES,
    env: { GLASSIX_SANDBOX: "true", GLASSIX_API_KEY: "", GLASSIX_API_SECRET: "", GLASSIX_SNIPPET_ID: "" },
  });
}

/** A database with the portal's tables: a real PostgreSQL where one is installed, otherwise the embedded one. */
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
  const script = startPortalProcess([process.execPath, "-C", "react-server", "scripts/run.mjs", name], env);
  if ((await script.exitCode()) !== 0) throw new Error(`${name} failed:\n${script.output()}`);
}

async function readVersion({ databaseUrl }: TestDatabase): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query("SHOW server_version").finally(() => client.end());
  return `PostgreSQL ${rows[0].server_version.split(" ")[0]}`;
}
