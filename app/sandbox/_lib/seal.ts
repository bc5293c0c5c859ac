import "server-only";
import { createHmac, timingSafeEqual } from "node:crypto";
import { env } from "@/lib/env";

export const seal = (purpose: string, text: string) => `${text}.${sealOf(purpose, text)}`;

export function unseal(purpose: string, sealed: string): string | null {
  const end = sealed.lastIndexOf(".");
  const text = sealed.slice(0, Math.max(end, 0));
  return isEqual(sealed.slice(end + 1), sealOf(purpose, text)) ? text : null;
}

export function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHmac("sha256", "compared").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

const sealOf = (purpose: string, text: string) =>
  createHmac("sha256", env().nextAuthSecret).update(`sandbox ${purpose} ${text}`).digest("base64url");
