import { DESK_COOKIE, DESK_OPEN_FOR, openDesk } from "@/app/sandbox/_lib/desk-access";
import { answer, sandboxRoute, setSandboxCookie } from "@/app/sandbox/_lib/http";

/** Opens the desk in this browser: `{ "password": "…" }`. */
export const POST = sandboxRoute(
  async ({ request, body }) => {
    await setSandboxCookie(request, DESK_COOKIE, await openDesk(Object(body).password), DESK_OPEN_FOR);
    return answer({});
  },
  { maxBody: 1_000 },
);
