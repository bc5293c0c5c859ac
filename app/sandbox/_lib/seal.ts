import "server-only";
import { createHmac, timingSafeEqual } from "node:crypto";
import { env } from "@/lib/env";

/** The text with this server's signature, for cookies. A seal for one purpose is not valid for another. */
export const seal = (purpose: string, text: string) => `${text}.${sealOf(purpose, text)}`;

/** The text of what {@link seal} made for this purpose, or null for anything else. */
export function unseal(purpose: string, sealed: string): string | null {
  const end = sealed.lastIndexOf(".");
  const text = sealed.slice(0, Math.max(end, 0));
  return isEqual(sealed.slice(end + 1), sealOf(purpose, text)) ? text : null;
}

/** Compares in constant time. */
export function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHmac("sha256", "compared").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

const sealOf = (purpose: string, text: string) =>
  createHmac("sha256", env().nextAuthSecret).update(`sandbox ${purpose} ${text}`).digest("base64url");
