/** Checks the environment before `next start`, which would print that it is ready before it runs any code. */
import { spawn } from "node:child_process";
import nextEnv from "@next/env";
import { requireEnvironment } from "@/lib/check-environment";
import { findCommand } from "./find-command";
import { onNpmExit } from "./on-npm-exit";

Object.assign(process.env, { NODE_ENV: "production" });
nextEnv.loadEnvConfig(process.cwd(), false, { info() {}, error: console.error });
requireEnvironment();

const next = spawn(process.execPath, [findCommand("next"), "start", ...process.argv.slice(2)], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => next.kill(signal));
onNpmExit(() => next.kill("SIGTERM"));
next.once("exit", (code) => process.exit(code ?? 1));
