import "server-only";
import { audit, hashAccount } from "@/lib/audit";
import { readClientAddress } from "@/lib/client-address";
import { isEmail } from "@/lib/email";
import { createLimit, type Limit } from "@/lib/rate-limit";
import { findKnownDevice } from "./devices";
import { notify } from "./outbox";
import { BusyError } from "./passwords";

const QUARTER_HOUR = 900;

// Only for devices that have never signed in to the account: strangers cannot lock a customer out of a known device.
const failuresPerAccount = createLimit("sign-in", 10, QUARTER_HOUR);
const attemptsPerDevice = createLimit("sign-in-on", 30, QUARTER_HOUR);
const failuresPerAddress = createLimit("sign-in-from", 100, QUARTER_HOUR);
const registrationsPerAddress = createLimit("register-from", 50, QUARTER_HOUR);
const failuresOverall = createLimit("sign-in-overall", 600, 60);
const registrationsOverall = createLimit("register-overall", 120, 60);
const lockoutMails = createLimit("lockout-mail", 1, 86_400);

const CONCURRENT = { perAccount: 2, perAddress: 4, unknownDevices: 10, knownDevices: 8 };
// On globalThis: Next bundles this file once for server actions and once for NextAuth's route.
const globals = globalThis as { signInsRunning?: Map<string, number> };
const running = (globals.signInsRunning ??= new Map());

type Attempt<User> = (isKnownDevice: boolean) => Promise<User | null>;
type Slot = { key: string; most: number };
type Count = { scope: "address" | "account" | "device" | "all"; limit: Limit; key: string };

export class LockedError extends Error {
  override name = "LockedError";
  constructor(
    readonly seconds: number,
    readonly scope: Count["scope"],
  ) {
    super(`Locked for ${seconds} seconds.`);
  }
}

export function toRefusal(error: unknown): { locked: number } | { busy: number } {
  if (error instanceof LockedError) return { locked: error.seconds };
  if (error instanceof BusyError) return { busy: error.seconds };
  throw error;
}

export async function limitRegistrations<Result>(register: () => Promise<Result>): Promise<Result> {
  const address = await readClientAddress();
  const counts: Count[] = [{ scope: "all", limit: registrationsOverall, key: "all" }];
  if (address) counts.unshift({ scope: "address", limit: registrationsPerAddress, key: address });
  return withSlots(listSlots(address, false), () => withCounts(counts, register)).catch(async (error) => {
    if (error instanceof LockedError) await audit("registration", "refused", {}, { reason: "rate-limited" });
    throw error;
  });
}

export async function limitAttempts<User>(email: string, attempt: Attempt<User>): Promise<User | null> {
  const account = hashAccount(email);
  const device = await findKnownDevice(email);
  const isKnown = device !== null;
  const address = await readClientAddress();
  // Address first: a locked address cannot lock accounts.
  const counts: Count[] = address ? [{ scope: "address", limit: failuresPerAddress, key: address }] : [];
  if (isKnown) counts.push({ scope: "device", limit: attemptsPerDevice, key: `${account}:${device}` });
  else counts.push({ scope: "account", limit: failuresPerAccount, key: account });
  if (!isKnown) counts.push({ scope: "all", limit: failuresOverall, key: "all" });
  const slots = [{ key: `${account} ${isKnown}`, most: CONCURRENT.perAccount }, ...listSlots(address, isKnown)];
  try {
    const user = await withSlots(slots, () => withCounts(counts, () => attempt(isKnown)));
    if (!user) return null;
    await refund(counts.filter(({ scope }) => scope === "address" || scope === "all"));
    if (!isKnown) await failuresPerAccount.reset(account);
    return user;
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    if (error.scope === "all") throw new BusyError(error.seconds);
    await audit("lockout", "refused", { email }, { scope: error.scope, seconds: error.seconds });
    if (error.scope === "account" && isEmail(email) && (await lockoutMails.count(account)) === 0)
      await notify({ email }, "lockout");
    throw error;
  }
}

const listSlots = (address: string | null, isKnown: boolean): Slot[] => [
  ...(address ? [{ key: address, most: CONCURRENT.perAddress }] : []),
  isKnown ? { key: "known", most: CONCURRENT.knownDevices } : { key: "unknown", most: CONCURRENT.unknownDevices },
];

export async function withSlots<Result>(slots: Slot[], work: () => Promise<Result>): Promise<Result> {
  if (slots.some(({ key, most }) => (running.get(key) ?? 0) >= most)) throw new BusyError();
  for (const { key } of slots) running.set(key, (running.get(key) ?? 0) + 1);
  try {
    return await work();
  } finally {
    for (const { key } of slots) {
      const left = running.get(key)! - 1;
      if (left > 0) running.set(key, left);
      else running.delete(key);
    }
  }
}

/** Counts before the work, so that concurrent attempts count. Nothing counts if it cannot be done. */
async function withCounts<Result>(counts: Count[], work: () => Promise<Result>): Promise<Result> {
  const counted: Count[] = [];
  try {
    for (const count of counts) {
      const seconds = await count.limit.count(count.key);
      if (seconds > 0) throw new LockedError(seconds, count.scope);
      counted.push(count);
    }
    return await work();
  } catch (error) {
    await refund(counted);
    throw error;
  }
}

const refund = (counts: Count[]) => Promise.all(counts.map(({ limit, key }) => limit.refund(key)));
