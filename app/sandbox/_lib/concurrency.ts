import "server-only";
import { AsyncResource } from "node:async_hooks";
import { setTimeout } from "node:timers/promises";
import PQueue from "p-queue";
import { env } from "@/lib/env";
import { RequestError } from "./request-error";

const MAX_DATABASE_WORK = 4;
const MAX_WAITING = 500;
const MAX_WAIT = 3_000;
const MAX_DELAYED = 50;

// On globalThis: Next bundles this file more than once.
const globalForSandbox = globalThis as { sandboxDatabaseQueue?: PQueue; sandboxDelayed?: number };
/** Fewer than the pool has connections, so that the portal's pages find one free. */
const queue = () => {
  const concurrency = Math.max(1, Math.min(MAX_DATABASE_WORK, env().database.poolSize - 1));
  return (globalForSandbox.sandboxDatabaseQueue ??= new PQueue({ concurrency }));
};

export const busyError = () =>
  new RequestError(503, "busy", "The sandbox is busy. Try again in a few seconds.", 5 + Math.round(Math.random() * 5));

/** `work` must not wait for a client or a timer. */
export async function withDatabase<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  if (queue().size >= MAX_WAITING) throw busyError();
  const deadline = Date.now() + MAX_WAIT;
  const run = () => {
    if (signal?.aborted || Date.now() > deadline) throw busyError();
    return work();
  };
  // p-queue would run it in the context of the request that made room: `cookies()` would return a stranger's.
  return queue().add(AsyncResource.bind(run));
}

export async function delay(seconds: number, signal: AbortSignal): Promise<void> {
  const delayed = globalForSandbox.sandboxDelayed ?? 0;
  if (delayed >= MAX_DELAYED) throw busyError();
  globalForSandbox.sandboxDelayed = delayed + 1;
  try {
    await setTimeout(seconds * 1000, undefined, { signal });
  } finally {
    globalForSandbox.sandboxDelayed--;
  }
}
