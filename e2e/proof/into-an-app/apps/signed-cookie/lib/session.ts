import { jwtVerify, SignJWT } from "jose";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { findUser, type User } from "@/lib/users";

const COOKIE = "session";
const EIGHT_HOURS = 8 * 60 * 60;

function secret(): Uint8Array {
  const value = process.env.SESSION_SECRET;
  if (!value) throw new Error("SESSION_SECRET is not set.");
  return new TextEncoder().encode(value);
}

export async function createSession(userId: string): Promise<void> {
  const token = await new SignJWT()
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime("8h")
    .sign(secret());
  const isHttps = (await headers()).get("x-forwarded-proto") === "https";
  (await cookies()).set(COOKIE, token, {
    httpOnly: true,
    sameSite: "lax",
    secure: isHttps,
    path: "/",
    maxAge: EIGHT_HOURS,
  });
}

export async function verifySession(value: string | undefined): Promise<User | undefined> {
  if (!value) return undefined;
  const key = secret();
  try {
    const { payload } = await jwtVerify(value, key, { algorithms: ["HS256"] });
    return payload.sub ? findUser(payload.sub) : undefined;
  } catch {
    return undefined;
  }
}

export async function readSession(): Promise<User | undefined> {
  return verifySession((await cookies()).get(COOKIE)?.value);
}

export async function requireUser(): Promise<User> {
  return (await readSession()) ?? redirect("/login");
}

export async function deleteSession(): Promise<void> {
  (await cookies()).delete(COOKIE);
}
