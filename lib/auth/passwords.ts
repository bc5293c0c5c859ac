import "server-only";
import { AsyncResource } from "node:async_hooks";
import { availableParallelism } from "node:os";
import { hash, verify } from "@node-rs/argon2";
import PQueue from "p-queue";

const OPTIONS = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };
const { memoryCost, timeCost, parallelism } = OPTIONS;
// Checking against this hash makes an unknown email take as long as a known one.
const DUMMY_HASH = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`;

/** Leaves two of the four threads in Node's pool for signing tokens, files and DNS. */
const CONCURRENCY = Math.min(availableParallelism(), 2);
const MAX_WAITING = 16;
export const MAX_CODE_POINTS = 128;

const globals = globalThis as { passwordQueue?: PQueue };
const queue = (globals.passwordQueue ??= new PQueue({ concurrency: CONCURRENCY }));

export class BusyError extends Error {
  override name = "BusyError";
  constructor(readonly seconds = 2) {
    super("Too many passwords are waiting to be checked.");
  }
}

export const hashPassword = (password: string, options?: QueueOptions): Promise<string> =>
  enqueue(() => hash(normalize(password), OPTIONS), options);

export async function verifyPassword(
  password: string,
  passwordHash: string | null | undefined,
  options: QueueOptions = {},
): Promise<boolean> {
  if (passwordHash?.startsWith("$argon2") === false)
    throw new Error(
      "The password hash is not an Argon2 hash. To import other hashes, see docs/decisions/passwords.md.",
    );
  if (isTooLong(password)) return false;
  const isRight = await enqueue(() => verify(passwordHash ?? DUMMY_HASH, normalize(password)), options);
  return isRight && passwordHash != null;
}

type QueueOptions = { signal?: AbortSignal; isKnownDevice?: boolean };

async function enqueue<Result>(work: () => Promise<Result>, options: QueueOptions = {}): Promise<Result> {
  const { signal, isKnownDevice } = options;
  if (queue.size >= MAX_WAITING) throw new BusyError();
  // Not p-queue's own `signal`, which frees the place of a hash that is still running.
  const run = () => {
    signal?.throwIfAborted();
    return work();
  };
  return queue.add(AsyncResource.bind(run), { priority: isKnownDevice ? 1 : 0 });
}

/** Checked before normalization, which takes quadratic time on long runs of combining marks. */
export const isTooLong = (password: string) =>
  password.length > 2 * MAX_CODE_POINTS || [...password].length > MAX_CODE_POINTS;

const normalize = (password: string) => password.normalize("NFKC");
