import "server-only";
import { cookies } from "next/headers";
import { env } from "@/lib/env";
import { isEqual, seal, unseal } from "./seal";

/**
 * Who may sit at the agent's desk, where every conversation can be read. On a developer's machine anybody;
 * in production, where the sandbox is a demo with strangers, whoever knows the password that the server
 * prints at its start.
 */
export const DESK_COOKIE = "sandbox_desk";

/** Seconds that the desk stays open in a browser. */
export const DESK_OPEN_FOR = 43_200;

/** Whether this request's browser has opened the desk. */
export async function isDeskOpen(): Promise<boolean> {
  if (env().sandboxPassword === null) return true;
  const until = unseal("desk until", (await cookies()).get(DESK_COOKIE)?.value ?? "");
  return Number(until) > Date.now() / 1000;
}

/** What the desk's cookie holds from now on, or null when the password is wrong. */
export function openDesk(password: string): string | null {
  const { sandboxPassword } = env();
  if (sandboxPassword === null || !isEqual(password.trim(), sandboxPassword)) return null;
  return seal("desk until", String(Math.floor(Date.now() / 1000) + DESK_OPEN_FOR));
}
