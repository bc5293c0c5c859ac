import "server-only";
import { isIP, isIPv6 } from "node:net";
import { headers } from "next/headers";
import { env } from "@/lib/env";

/** Null without CLIENT_ADDRESS_HEADER: a client can send any header that no proxy replaces. */
export async function readClientAddress(): Promise<string | null> {
  const name = env().clientAddressHeader;
  return name ? parseClientAddress((await headers()).get(name)) : null;
}

/** Returns the last address in the list, which our proxy added. For IPv6, its /64 network, which one customer has. */
export function parseClientAddress(header: string | null): string | null {
  const last = (header?.split(",").at(-1) ?? "").trim().replace(/^\[|\](:\d+)?$/g, "");
  const address = (isIP(last) ? last : last.replace(/:\d+$/, "")).replace(/^::ffff:(?=[\d.]+$)/i, "");
  if (!isIPv6(address)) return isIP(address) ? address : null;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const zeros = "0:".repeat(8 - short.split(":").filter(Boolean).length);
  const groups = short.replace("::", `:${zeros}`).replace(/^:/, "").split(":");
  return `${groups.slice(0, 4).join(":")}::/64`;
}

export function toNetwork(address: string): string {
  return address.includes(":")
    ? `${address.split(":").slice(0, 3).join(":")}::/48`
    : `${address.split(".").slice(0, 3).join(".")}.0/24`;
}
