import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { findCommand } from "@/scripts/find-command";

export type PortalProcess = {
  pid: number;
  /** All that it has printed so far. */
  output(): string;
  /** Waits until it answers at its address. */
  untilReady(): Promise<void>;
  /** Waits until it has ended, and returns its exit code. */
  exitCode(): Promise<number | null>;
  /** Sends a signal to it (to its whole process group, as Ctrl-C in a terminal does) and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/**
 * Runs one of the project's commands with exactly this environment, beside what every process needs.
 *
 * @param user whose process it is, when it is not ours
 */
export function startPortal(
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
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  return {
    pid: child.pid!,
    output: () => output,
    exitCode: () => ended,
    async untilReady() {
      const address = `http://localhost:${settings.PORT}`;
      while (!hasEnded()) {
        if (
          await fetch(`${address}/icon.svg`).then(
            (response) => response.ok,
            () => false,
          )
        )
          return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error(`${command.join(" ")} ended before it answered at ${address}:\n${output}`);
    },
    async stop(signal = "SIGTERM") {
      if (!hasEnded()) process.kill(-child.pid!, signal);
      // As platforms do: Next waits for clients that keep asking on open connections, such as an open chat.
      const killer = setTimeout(() => !hasEnded() && process.kill(-child.pid!, "SIGKILL"), GRACE_PERIOD);
      return ended.finally(() => clearTimeout(killer));
    },
  };
}

/** Milliseconds. */
const GRACE_PERIOD = 20_000;

export const NEXT_START = [process.execPath, findCommand("next"), "start"];
