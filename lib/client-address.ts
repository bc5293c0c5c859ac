import "server-only";
import { isIP, isIPv6 } from "node:net";
import { headers } from "next/headers";
import { env } from "@/lib/env";

/**
 * The address that this request comes from, as far as it can be believed: from the one header that the
 * environment trusts, and from none otherwise, because a client can send any header that no proxy
 * replaces. Of an IPv6 address only the network's half: one customer has all of the other.
 */
export async function readClientAddress(): Promise<string | null> {
  const name = env().clientAddressHeader;
  return name ? parseClientAddress((await headers()).get(name)) : null;
}

/** The last address of a list: each proxy adds the one that it has seen itself, and the last is ours. */
export function parseClientAddress(header: string | null): string | null {
  const last =
    header
      ?.split(",")
      .at(-1)
      ?.trim()
      .replace(/^\[|\](:\d+)?$/g, "") ?? "";
  const address = isIP(last) ? last : last.replace(/:\d+$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return isIP(address) ? address : null;
  // The browser's own parser writes it in its one short form.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const [head = "", tail] = groups;
  const first = head ? head.split(":") : [];
  const rest = tail === undefined ? [] : tail ? tail.split(":") : [];
  const all = [...first, ...Array(tail === undefined ? 0 : 8 - first.length - rest.length).fill("0"), ...rest];
  return `${all.slice(0, 4).join(":")}::/64`;
}

/** The network that an address belongs to, which says where somebody was, and not which of its machines: 203.0.113.0/24, 2001:db8:1::/48. */
export function toNetwork(address: string): string {
  return address.includes(":")
    ? `${address.split(":").slice(0, 3).join(":")}::/48`
    : `${address.split(".").slice(0, 3).join(".")}.0/24`;
}
