import "server-only";
import { decode, encode, type JWT } from "next-auth/jwt";
import { cookies } from "next/headers";
import { env } from "@/lib/env";

export const COOKIE_PROBE = { name: "portal.cookies", value: "1", path: "/", httpOnly: true, sameSite: "lax" } as const;

export const nextAuthCookie = (name: "session-token" | "callback-url") =>
  `${env().isHttps ? "__Secure-" : ""}next-auth.${name}`;

async function setCookie(name: string, value: string, maxAge: number): Promise<void> {
  (await cookies()).set(name, value, { path: "/", httpOnly: true, sameSite: "lax", secure: env().isHttps, maxAge });
}

export async function clearCookie(name: string): Promise<void> {
  await setCookie(name, "", 0);
}

/** A cookie that only this server can read and write. The name is the salt, so one cannot be used as another. */
export function encryptedCookie<Token extends JWT>(salt: string, maxAge: number) {
  const secret = () => env().nextAuthSecret;
  const name = () => `${env().isHttps ? "__Host-" : ""}${salt}`;
  return {
    async read(): Promise<Token | null> {
      const token = (await cookies()).get(name())?.value;
      return decode({ token, secret: secret(), salt }).catch(() => null) as Promise<Token | null>;
    },
    async write(token: Token): Promise<void> {
      await setCookie(name(), await encode({ token, secret: secret(), salt, maxAge }), maxAge);
    },
    clear: () => clearCookie(name()),
  };
}
