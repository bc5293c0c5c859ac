import { DESK_COOKIE, DESK_OPEN_FOR, openDesk } from "@/lib/sandbox/desk-access";
import { answer, readJson, refuse, sandboxRoute, setSandboxCookie } from "@/lib/sandbox/http";

/**
 * Opens the desk in this browser: `{ "password": "…" }`. Tries are not limited: nobody guesses 64 bits, and
 * any stranger could use up what is left to the agent.
 */
export const POST = sandboxRoute(async (request) => {
  const { password } = Object(await readJson(request));
  const seal = typeof password === "string" ? openDesk(password) : null;
  if (!seal) return refuse(401, "password-wrong", "That is not the password. The server prints it when it starts.");
  await setSandboxCookie(request, DESK_COOKIE, seal, DESK_OPEN_FOR);
  return answer({});
});
