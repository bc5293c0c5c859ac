import { DESK_COOKIE, DESK_OPEN_FOR, openDesk } from "@/lib/sandbox/desk-access";
import { answer, readJson, refuse, sandboxRoute, setSandboxCookie } from "@/lib/sandbox/http";
import { createLimit } from "@/lib/limits";

// Of all who try, together: there is one password.
const countTry = createLimit("sandbox-desk", 20, 60);

/** Opens the desk in this browser: `{ "password": "…" }`. */
export const POST = sandboxRoute(async (request) => {
  const { password } = Object(await readJson(request));
  const seconds = await countTry("all");
  if (seconds > 0) return refuse(429, "rate-limited", `Too many tries. Try again in ${seconds} seconds.`);
  const seal = typeof password === "string" ? openDesk(password) : null;
  if (!seal) return refuse(401, "password-wrong", "That is not the password. The server prints it when it starts.");
  await setSandboxCookie(request, DESK_COOKIE, seal, DESK_OPEN_FOR);
  return answer({});
});
