import { z } from "zod";
import { DESK_COOKIE, DESK_OPEN_FOR, openDesk } from "@/app/sandbox/_lib/desk-access";
import { answer, sandboxRoute, setSandboxCookie } from "@/app/sandbox/_lib/routes";

export const POST = sandboxRoute(
  async ({ request, body: { password } }) => {
    await setSandboxCookie(request, DESK_COOKIE, await openDesk(password), DESK_OPEN_FOR);
    return answer({});
  },
  { body: z.object({ password: z.string().max(200) }) },
);
