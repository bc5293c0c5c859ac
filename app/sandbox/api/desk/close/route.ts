import { z } from "zod";
import { closeDesk, DESK_COOKIE } from "@/app/sandbox/_lib/desk-access";
import { answer, deskRoute, setSandboxCookie } from "@/app/sandbox/_lib/routes";

/** Signs out of the desk in this browser, or with `{ "isEverywhere": true }` in all browsers. */
export const POST = deskRoute(
  async ({ request, body: { isEverywhere } }) => {
    await closeDesk(isEverywhere);
    await setSandboxCookie(request, DESK_COOKIE, "", 0);
    return answer({});
  },
  { body: z.object({ isEverywhere: z.boolean().default(false) }) },
);
