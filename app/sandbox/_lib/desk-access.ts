import "server-only";
import { cookies } from "next/headers";
import { audit } from "@/lib/audit";
import { readClientAddress } from "@/lib/client-address";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { isUuid } from "@/lib/glassix/identity/claims";
import { createLocalLimit } from "@/lib/limits";
import { RequestError } from "./message-rules";
import { isEqual, seal, unseal } from "./seal";

// In development anybody may use the agent's desk. In production the sandbox is a demo with strangers, and the
// desk asks for the password that the server prints when it starts.

export const DESK_COOKIE = "sandbox_desk";

/** Seconds that the desk stays open in a browser. */
export const DESK_OPEN_FOR = 43_200;

const triesOfAddress = createLocalLimit(20, 60);
const allWrongTries = createLocalLimit(100, 60);

/** Whether this request's browser has opened the desk. */
export async function isDeskOpen(): Promise<boolean> {
  if (env().sandboxPassword === null) return true;
  const id = await readSessionId();
  if (id === null) return false;
  const where = { id, expiresAt: { gt: new Date() } };
  return (await db().sandboxDeskSession.findFirst({ where, select: { id: true } })) !== null;
}

/**
 * Opens the desk for whoever knows the password.
 *
 * One address gets 20 tries a minute. All strangers together are refused after 100 wrong ones in a minute, but
 * the right password is still taken: otherwise any stranger could keep the agent out. It has 64 random bits, so
 * it cannot be guessed at any rate that this server could answer.
 *
 * @returns what the desk's cookie holds from now on
 * @throws RequestError for a wrong password, or too many
 */
export async function openDesk(password: unknown): Promise<string> {
  const address = await readClientAddress();
  const wait = address === null ? 0 : await triesOfAddress(address);
  if (wait > 0) throw tooManyTries(wait);
  const { sandboxPassword } = env();
  if (sandboxPassword === null || typeof password !== "string" || !isEqual(password.trim(), sandboxPassword)) {
    const seconds = await allWrongTries("all");
    if (seconds > 0) throw tooManyTries(seconds);
    await audit("desk-access", "refused", {}, { action: "open" });
    throw new RequestError(401, "password-wrong", "That is not the password. The server prints it when it starts.");
  }
  const id = crypto.randomUUID();
  await db().sandboxDeskSession.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  await db().sandboxDeskSession.create({ data: { id, expiresAt: new Date(Date.now() + DESK_OPEN_FOR * 1000) } });
  await audit("desk-access", "success", { sessionId: id }, { action: "open" });
  return seal("desk", id);
}

/** Closes the desk in this browser, or in all. */
export async function closeDesk(isEverywhere: boolean): Promise<void> {
  const id = await readSessionId();
  if (id === null) return;
  await db().sandboxDeskSession.deleteMany({ where: isEverywhere ? {} : { id } });
  await audit("desk-access", "success", { sessionId: id }, { action: isEverywhere ? "close everywhere" : "close" });
}

async function readSessionId(): Promise<string | null> {
  const id = unseal("desk", (await cookies()).get(DESK_COOKIE)?.value ?? "");
  return isUuid(id) ? id : null;
}

const tooManyTries = (seconds: number) =>
  new RequestError(429, "rate-limited", `Too many tries. Try again in ${seconds} seconds.`, seconds);
