import "server-only";
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { cookies } from "next/headers";
import { audit, hashAccount } from "@/lib/audit";
import { readClientAddress } from "@/lib/client-address";
import { env } from "@/lib/env";
import { isUuid } from "@/lib/glassix/identity/claims";
import { createLimit } from "@/lib/limits";
import { assertNotBusy, BusyError } from "./passwords";

const QUARTER_HOUR = 900;
const MINUTE = 60;
const YEAR = 31_536_000;

/** Wrong passwords for one account from devices that have never signed in to it, before it is locked for them. */
const failuresPerAccount = createLimit("sign-in", 10, QUARTER_HOUR);
/** Attempts, right ones included, for one account from one known device: strangers cannot lock a customer out there. */
const attemptsPerDevice = createLimit("sign-in-on", 30, QUARTER_HOUR);
/** Wrong passwords from one address, whatever the accounts. An office has one address for many people. */
const failuresPerAddress = createLimit("sign-in-from", 100, QUARTER_HOUR);
/** Registrations from one address. */
const registrationsPerAddress = createLimit("register-from", 50, QUARTER_HOUR);

// Also where no address is known. The window is short, so that customers can sign in soon after a flood. Only passwords
// that are checked count: guesses at a locked account do not.
const failuresOverall = createLimit("sign-in-overall", 600, MINUTE);
const registrationsOverall = createLimit("register-overall", 120, MINUTE);

/** Concurrent attempts for one account: nobody fills the password queue with their own account. */
const CONCURRENT_PER_ACCOUNT = 2;
// On globalThis: Next bundles this file once for server actions and once for NextAuth's route.
const globals = globalThis as { signInAttempts?: Map<string, number> };
const concurrent = (globals.signInAttempts ??= new Map());

/** Counts a registration. Returns 0 when it is allowed, otherwise the seconds until the next one is. */
export async function countRegistration(): Promise<number> {
  const address = await readClientAddress();
  const seconds =
    (address && (await registrationsPerAddress.count(address))) || (await registrationsOverall.count("all"));
  if (seconds > 0) await audit("registration", "refused", {}, { reason: "rate-limited" });
  return seconds;
}

/** Too many wrong passwords. Thrown for unknown e-mails as well, so it says nothing about whether an account exists. */
export class LockedError extends Error {
  override name = "LockedError";
  constructor(
    /** Until the next attempt is allowed. */
    readonly seconds: number,
  ) {
    super(`Locked for ${seconds} seconds.`);
  }
}

type Attempt<User> = (isKnownDevice: boolean) => Promise<User | null>;

/**
 * Runs an attempt to verify a password, unless there were too many wrong ones. An attempt is counted before it is
 * made, so that concurrent ones count as well, and refunded when it succeeds or cannot be made.
 *
 * @param email in canonical form
 * @throws LockedError when there were too many for this account, device or address
 * @throws BusyError when the server has too many to check
 */
export async function limitAttempts<User>(email: string, attempt: Attempt<User>): Promise<User | null> {
  // The table of counters must not be a list of customers.
  const account = hashAccount(email);
  const device = await findKnownDevice(account);
  assertNotBusy(device !== null);
  const running = concurrent.get(account) ?? 0;
  if (running >= CONCURRENT_PER_ACCOUNT) throw new BusyError();
  concurrent.set(account, running + 1);
  try {
    return await countAttempt(email, account, device, attempt);
  } finally {
    const left = concurrent.get(account)! - 1;
    if (left > 0) concurrent.set(account, left);
    else concurrent.delete(account);
  }
}

async function countAttempt<User>(
  email: string,
  account: string,
  device: string | null,
  attempt: Attempt<User>,
): Promise<User | null> {
  const address = await readClientAddress();
  const assertAllowed = async (scope: string, seconds: number) => {
    if (seconds === 0) return;
    await audit("lockout", "refused", { email }, { scope, seconds });
    throw new LockedError(seconds);
  };

  // First, so that an address that is locked cannot lock accounts.
  if (address) await assertAllowed("address", await failuresPerAddress.count(address));
  if (device) await assertAllowed("device", await attemptsPerDevice.count(`${account}:${device}`));
  else await assertAllowed("account", await failuresPerAccount.count(account));
  const overall = device ? 0 : await failuresOverall.count("all");
  const refund = () =>
    Promise.all([address && failuresPerAddress.refund(address), !device && failuresOverall.refund("all")]);
  try {
    if (overall > 0) throw new BusyError(overall);
    const user = await attempt(device !== null);
    if (user)
      await Promise.all([refund(), !device && failuresPerAccount.reset(account), device ?? rememberDevice(account)]);
    return user;
  } catch (error) {
    await Promise.all([refund(), !device && failuresPerAccount.refund(account)]);
    throw error;
  }
}

// A browser that has signed in to an account is a known device of it:
// https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
// One cookie: the browser's id, and a seal for each of the last accounts. Neither names anybody.

const ACCOUNTS_PER_DEVICE = 8;
const deviceCookie = () => `${env().isHttps ? "__Host-" : ""}portal.device`;

async function readDevice(): Promise<{ id: string; seals: string[] }> {
  const [id, ...seals] = (await cookies()).get(deviceCookie())?.value.split(".") ?? [];
  return isUuid(id) ? { id, seals: seals.slice(0, ACCOUNTS_PER_DEVICE) } : { id: randomUUID(), seals: [] };
}

/** The id of this browser where it has signed in to the account before, otherwise null. */
async function findKnownDevice(account: string): Promise<string | null> {
  const { id, seals } = await readDevice();
  const expected = sealDevice(account, id);
  return seals.some((seal) => isEqual(seal, expected)) ? id : null;
}

async function rememberDevice(account: string): Promise<void> {
  const { id, seals } = await readDevice();
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure: env().isHttps, maxAge: YEAR } as const;
  const latest = [sealDevice(account, id), ...seals].slice(0, ACCOUNTS_PER_DEVICE);
  (await cookies()).set(deviceCookie(), [id, ...latest].join("."), options);
}

const sealDevice = (account: string, id: string) =>
  createHmac("sha256", env().nextAuthSecret).update(`known device ${account} ${id}`).digest("base64url");

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
