import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { findCommand } from "@/scripts/find-command";

export type PortalProcess = {
  pid: number;
  /** Its output so far. */
  output(): string;
  /** Waits until it responds at its address. */
  waitUntilReady(): Promise<void>;
  /** Waits until it has exited, and returns its exit code. */
  exitCode(): Promise<number | null>;
  /** Sends a signal to its process group, as Ctrl-C in a terminal does, and waits until it has exited. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/**
 * Runs one of the project's commands with exactly this environment, plus what every process needs.
 *
 * @param user to run it as, if not the current one
 */
export function startProcess(
  command: string[],
  settings: Record<string, string>,
  cwd = process.cwd(),
  user: { uid?: number; gid?: number } = {},
): PortalProcess {
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  const inherited = Object.fromEntries(
    Object.entries({ PATH, HOME, TMPDIR, SystemRoot }).filter(([, value]) => value !== undefined),
  );
  const child: ChildProcess = spawn(command[0]!, command.slice(1), {
    ...user,
    cwd,
    env: { ...inherited, NEXT_TELEMETRY_DISABLED: "1", ...settings } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  child.stdout!.on("data", (text) => (output += text));
  child.stderr!.on("data", (text) => (output += text));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;

  return {
    pid: child.pid!,
    output: () => output,
    exitCode: () => exited,
    async waitUntilReady() {
      while (!hasExited()) {
        if (await isResponding(settings.PORT!)) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error(`${command.join(" ")} exited before it responded at port ${settings.PORT}:\n${output}`);
    },
    async stop(signal = "SIGTERM") {
      if (!hasExited()) process.kill(-child.pid!, signal);
      // As platforms do, because Next waits for clients that keep sending requests, such as an open chat.
      const killer = setTimeout(() => !hasExited() && process.kill(-child.pid!, "SIGKILL"), GRACE_PERIOD);
      return exited.finally(() => clearTimeout(killer));
    },
  };
}

export const isResponding = (port: string): Promise<boolean> =>
  fetch(`http://localhost:${port}/icon.svg`).then(
    (response) => response.ok,
    () => false,
  );

/** Milliseconds. */
const GRACE_PERIOD = 20_000;

export const NEXT_START = [process.execPath, findCommand("next"), "start"];
