import "server-only";
import { availableParallelism } from "node:os";
import { hash, verify } from "@node-rs/argon2";
import PQueue from "p-queue";

/** Argon2id with RFC 9106's second recommended parameters (docs/decisions/passwords.md). One lane: a guess takes one core. */
const OPTIONS = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };

/** Hashes computed at the same time. Node's thread pool has four threads: two remain for signing tokens, files and DNS. */
const CONCURRENCY = Math.min(availableParallelism(), 2);

/** Hashes that wait: at 0.1 s each for less than half a second, and for less than two on a busy machine. */
const MAX_WAITING = 8;
/** Places beyond those for known devices, which also go first: a flood of strangers does not keep customers out. */
const RESERVED = 8;

/** Seconds after which the queue is likely to have room. */
const RETRY_AFTER = 2;

/** Code points of a password. A new one is refused above this with a message (lib/portal/form.ts). */
const MAX_LENGTH = 128;

// On globalThis: Next bundles this file once for server actions and once for NextAuth's route.
const globals = globalThis as { passwordQueue?: PQueue };
const queue = (globals.passwordQueue ??= new PQueue({ concurrency: CONCURRENCY }));

// Checking against this hash makes an unknown e-mail take as long as a known one.
const { memoryCost, timeCost, parallelism } = OPTIONS;
const DUMMY_HASH = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`;

/** The queue is full, and the password was not checked. */
export class BusyError extends Error {
  override name = "BusyError";
  constructor(
    /** Seconds until another try is likely to succeed. */
    readonly seconds: number = RETRY_AFTER,
  ) {
    super("Too many passwords are waiting to be checked.");
  }
}

/**
 * Call it before other work that a sign-in needs.
 *
 * @throws BusyError when the queue is full
 */
export function assertNotBusy(isKnownDevice = false): void {
  if (queue.size >= MAX_WAITING + (isKnownDevice ? RESERVED : 0)) throw new BusyError();
}

/**
 * Hashes a password. Salt and parameters are part of the result, so that they can be raised later.
 *
 * @throws BusyError when the queue is full
 */
export const hashPassword = (password: string): Promise<string> => enqueue(() => hash(normalize(password), OPTIONS));

/**
 * Whether `password` is the one that was hashed. Without a hash (no such user, or one without a password) the answer
 * is no, after the same work.
 *
 * @param options.signal of the request: aborted while it waits, the password is not checked
 * @param options.isKnownDevice whether the browser has signed in to this account before
 * @throws BusyError when the queue is full; an error when the hash is not Argon2's
 */
export async function verifyPassword(
  password: string,
  passwordHash: string | null | undefined,
  options: QueueOptions = {},
): Promise<boolean> {
  if (passwordHash?.startsWith("$argon2") === false)
    throw new Error("The password hash is not Argon2's. To migrate others, see docs/decisions/passwords.md.");
  if (isTooLong(password)) return false;
  return (
    (await enqueue(() => verify(passwordHash ?? DUMMY_HASH, normalize(password)), options)) && passwordHash != null
  );
}

type QueueOptions = { signal?: AbortSignal; isKnownDevice?: boolean };

async function enqueue<Result>(
  work: () => Promise<Result>,
  { signal, isKnownDevice = false }: QueueOptions = {},
): Promise<Result> {
  assertNotBusy(isKnownDevice);
  return queue.add(work, { signal, priority: isKnownDevice ? 1 : 0 });
}

/** Whether nobody can have this password. Its size comes first: normalization takes quadratic time on long runs of combining marks. */
export const isTooLong = (password: string) => password.length > 2 * MAX_LENGTH || [...password].length > MAX_LENGTH;

/** The same password typed on two keyboards can differ in its code points: NFKC makes them equal. */
const normalize = (password: string) => password.normalize("NFKC");
