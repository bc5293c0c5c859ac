import "server-only";
import { randomUUID } from "node:crypto";
import { audit, hashAccount } from "@/lib/audit";
import { readClientAddress } from "@/lib/client-address";
import { createLimit, type Limit } from "@/lib/rate-limit";
import { encryptedCookie } from "./cookies";
import { assertNotBusy, BusyError } from "./passwords";

const QUARTER_HOUR = 900;
const MINUTE = 60;
const YEAR = 31_536_000;

// Only for devices that have never signed in to the account: strangers cannot lock a customer out of a known device.
const failuresPerAccount = createLimit("sign-in", 10, QUARTER_HOUR);
const attemptsPerDevice = createLimit("sign-in-on", 30, QUARTER_HOUR);
const failuresPerAddress = createLimit("sign-in-from", 100, QUARTER_HOUR);
const registrationsPerAddress = createLimit("register-from", 50, QUARTER_HOUR);
const failuresOverall = createLimit("sign-in-overall", 600, MINUTE);
const registrationsOverall = createLimit("register-overall", 120, MINUTE);

// Checked before the first query.
const CONCURRENT = { perAccount: 2, unknownDevices: 10, all: 18 };
// On globalThis: Next bundles this file once for server actions and once for NextAuth's route.
const globals = globalThis as { signInAttempts?: Map<string, number> };
const concurrent = (globals.signInAttempts ??= new Map());

// https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
type Device = { id: string; accounts: string[] };
const deviceCookie = encryptedCookie<Device>("portal.device", YEAR);
const ACCOUNTS_PER_DEVICE = 8;

export class LockedError extends Error {
  override name = "LockedError";
  constructor(readonly seconds: number) {
    super(`Locked for ${seconds} seconds.`);
  }
}

export async function countRegistration(): Promise<number> {
  assertNotBusy();
  const address = await readClientAddress();
  const seconds =
    (address && (await registrationsPerAddress.count(address))) || (await registrationsOverall.count("all"));
  if (seconds > 0) await audit("registration", "refused", {}, { reason: "rate-limited" });
  return seconds;
}

type Attempt<User> = (isKnownDevice: boolean) => Promise<User | null>;

export async function limitAttempts<User>(email: string, attempt: Attempt<User>): Promise<User | null> {
  const account = hashAccount(email);
  const device = (await deviceCookie.read()) ?? { id: randomUUID(), accounts: [] };
  const isKnown = device.accounts.includes(account);
  const slot = `${account} ${isKnown}`;
  const running = concurrent.get(slot) ?? 0;
  const most = isKnown ? CONCURRENT.all : CONCURRENT.unknownDevices;
  if (running >= CONCURRENT.perAccount || concurrent.size >= most) throw new BusyError();
  concurrent.set(slot, running + 1);
  try {
    return await countAttempt(email, account, device, attempt);
  } finally {
    const left = concurrent.get(slot)! - 1;
    if (left > 0) concurrent.set(slot, left);
    else concurrent.delete(slot);
  }
}

async function countAttempt<User>(
  email: string,
  account: string,
  { id, accounts }: Device,
  attempt: Attempt<User>,
): Promise<User | null> {
  const address = await readClientAddress();
  const isKnown = accounts.includes(account);
  const count = async (scope: string, limit: Limit, key: string) => {
    const seconds = await limit.count(key);
    if (seconds === 0) return;
    await audit("lockout", "refused", { email }, { scope, seconds });
    throw new LockedError(seconds);
  };
  // Before the attempt, so that concurrent ones count. Address first: a locked address cannot lock accounts.
  if (address) await count("address", failuresPerAddress, address);
  if (isKnown) await count("device", attemptsPerDevice, `${account}:${id}`);
  else await count("account", failuresPerAccount, account);
  const overall = isKnown ? 0 : await failuresOverall.count("all");
  const refund = () =>
    Promise.all([address && failuresPerAddress.refund(address), !isKnown && failuresOverall.refund("all")]);
  try {
    if (overall > 0) throw new BusyError(overall);
    const user = await attempt(isKnown);
    if (!user) return null;
    await refund();
    if (isKnown) return user;
    await failuresPerAccount.reset(account);
    await deviceCookie.write({ id, accounts: [account, ...accounts].slice(0, ACCOUNTS_PER_DEVICE) });
    return user;
  } catch (error) {
    await Promise.all([refund(), !isKnown && failuresPerAccount.refund(account)]);
    throw error;
  }
}
