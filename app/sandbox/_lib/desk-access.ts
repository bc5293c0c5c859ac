import "server-only";
import { createHmac } from "node:crypto";
import { cookies } from "next/headers";
import { audit } from "@/lib/audit";
import { readClientAddress } from "@/lib/client-address";
import { env } from "@/lib/env";
import { isUuid } from "@/lib/glassix/identity/claims";
import { createLocalLimit } from "./local-limit";
import { RequestError } from "./request-error";
import { execute, query } from "./schema";
import { isEqual, seal, unseal } from "./seal";

// In production the sandbox is a demo that strangers can visit, so the desk has a password.

export const DESK_COOKIE = "sandbox_desk";

export const DESK_OPEN_FOR = 43_200;

const triesOfAddress = createLocalLimit(20, 60);
const wrongTries = createLocalLimit(100, 60);

const globalForSandbox = globalThis as { isDeskPasswordPrinted?: boolean };

/** Null in development. Printed at first use, to stderr: stdout carries the structured log. */
function readDeskPassword(): string | null {
  const { isProduction, nextAuthSecret } = env();
  if (!isProduction) return null;
  const password = createHmac("sha256", nextAuthSecret).update("sandbox password").digest("hex").slice(0, 16);
  if (!globalForSandbox.isDeskPasswordPrinted)
    process.stderr.write(`The sandbox's desk, /sandbox/desk, opens with this password: ${password}\n`);
  globalForSandbox.isDeskPasswordPrinted = true;
  return password;
}

export async function isDeskOpen(): Promise<boolean> {
  if (readDeskPassword() === null) return true;
  const id = await readSessionId();
  if (id === null) return false;
  const open = await query`
    SELECT "id" FROM sandbox."DeskSession" WHERE "id" = ${id}::uuid AND "expiresAt" > now()`;
  return open.length > 0;
}

/** Limits wrong attempts, never the right password: otherwise any stranger could lock the agent out. */
export async function openDesk(password: string): Promise<string> {
  const address = await readClientAddress();
  if (address !== null) await triesOfAddress(address);
  const expected = readDeskPassword();
  if (expected === null || !isEqual(password.trim(), expected)) {
    await wrongTries("all");
    await audit("desk-access", "refused", {}, { action: "open" });
    throw new RequestError(401, "password-wrong", "Wrong password. The server prints the right one to its log.");
  }
  const id = crypto.randomUUID();
  await execute`DELETE FROM sandbox."DeskSession" WHERE "expiresAt" < now()`;
  await execute`
    INSERT INTO sandbox."DeskSession" ("id", "expiresAt")
    VALUES (${id}::uuid, now() + make_interval(secs => ${DESK_OPEN_FOR}::int))`;
  await audit("desk-access", "success", { sessionId: id }, { action: "open" });
  return seal("desk", id);
}

export async function closeDesk(isEverywhere: boolean): Promise<void> {
  const id = await readSessionId();
  if (id === null) return;
  await execute`DELETE FROM sandbox."DeskSession" WHERE "id" = ${id}::uuid OR ${isEverywhere}`;
  await audit("desk-access", "success", { sessionId: id }, { action: isEverywhere ? "close everywhere" : "close" });
}

async function readSessionId(): Promise<string | null> {
  const id = unseal("desk", (await cookies()).get(DESK_COOKIE)?.value ?? "");
  return isUuid(id) ? id : null;
}
