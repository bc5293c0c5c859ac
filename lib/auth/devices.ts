import "server-only";
import { randomUUID } from "node:crypto";
import { headers } from "next/headers";
import { userAgent } from "next/server";
import { hashAccount } from "@/lib/audit";
import { readClientAddress, toNetwork } from "@/lib/client-address";
import { encryptedCookie } from "./cookies";
import type { Occasion } from "./mail-messages";

// https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
type Device = { id: string; accounts: string[] };
const deviceCookie = encryptedCookie<Device>("portal.device", 365 * 86_400);
const MAX_ACCOUNTS = 8;

export async function findKnownDevice(email: string): Promise<string | null> {
  const device = await deviceCookie.read();
  return device?.accounts.includes(hashAccount(email)) ? device.id : null;
}

export async function rememberDevice(email: string): Promise<void> {
  const { id, accounts } = (await deviceCookie.read()) ?? { id: randomUUID(), accounts: [] };
  const account = hashAccount(email);
  if (accounts.includes(account)) return;
  await deviceCookie.write({ id, accounts: [account, ...accounts].slice(0, MAX_ACCOUNTS) });
}

/** "Firefox" and "Windows" (or "unknown"), from the user agent, and the network, such as 203.0.113.0/24. */
export async function readDevice(): Promise<Omit<Occasion, "at">> {
  const address = await readClientAddress();
  const { browser, os, device } = userAgent({ headers: await headers() });
  // Parts of the header, which anybody can choose, and which end in emails.
  const clean = (name?: string) => name?.replace(/[^\w ]/g, "").slice(0, 20);
  return {
    browser: clean(browser.name)?.replace("Mobile ", "") || "unknown",
    system: /^(iPhone|iPad|iPod|Macintosh)\b/.exec(device.model ?? "")?.[0] || clean(os.name) || "unknown",
    network: address && toNetwork(address),
  };
}

export const describeOccasion = async () => ({ at: new Date().toISOString(), ...(await readDevice()) });
