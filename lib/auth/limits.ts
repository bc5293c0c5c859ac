import "server-only";
import { createHash } from "node:crypto";
import { createLimit } from "@/lib/limits";
import { readClientAddress } from "@/lib/client-address";

const A_QUARTER_OF_AN_HOUR = 900;
/** Wrong passwords for one e-mail, before it is locked. */
const FAILURES_PER_ACCOUNT = 10;
/** Wrong passwords from one address, whatever the e-mails. An office has one address for many people. */
const FAILURES_PER_ADDRESS = 100;

/** Accounts opened from one address. Each costs the server as much work as a sign-in. */
const REGISTRATIONS_PER_ADDRESS = 50;

const registrations = createLimit("register-from", REGISTRATIONS_PER_ADDRESS, A_QUARTER_OF_AN_HOUR);
const accounts = createLimit("sign-in", FAILURES_PER_ACCOUNT, A_QUARTER_OF_AN_HOUR);
const addresses = createLimit("sign-in-from", FAILURES_PER_ADDRESS, A_QUARTER_OF_AN_HOUR);

/** Counts one more account opened from this address: 0 when it may be, otherwise the seconds until the next may. */
export async function countRegistration(): Promise<number> {
  const address = await readClientAddress();
  return address ? registrations.count(address) : 0;
}

/** Somebody has guessed too often. Says nothing of whether the e-mail has an account: every e-mail can be locked. */
export class LockedError extends Error {
  override name = "LockedError";
  constructor(
    /** Until the next try is allowed. */
    readonly seconds: number,
  ) {
    super(`Locked for ${seconds} seconds.`);
  }
}

/**
 * Lets somebody try a password, unless there were too many wrong ones: for this e-mail, or from this
 * address. A try counts before it is made, so that many at the same moment count as well; a right one is
 * taken back.
 *
 * @param email in lower case
 * @throws LockedError when it is not allowed
 */
export async function limitTries<User>(email: string, attempt: () => Promise<User | null>): Promise<User | null> {
  // The table of counters is no list of customers.
  const account = createHash("sha256").update(email).digest("base64url");
  const address = await readClientAddress();
  const waits = await Promise.all([accounts.count(account), address ? addresses.count(address) : 0]);
  const seconds = Math.max(...waits);
  if (seconds > 0) throw new LockedError(seconds);

  const user = await attempt();
  if (user) await Promise.all([accounts.forget(account), address && addresses.takeBack(address)]);
  return user;
}
