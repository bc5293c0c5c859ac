import { closeDesk, DESK_COOKIE } from "@/app/sandbox/_lib/desk-access";
import { answer, deskRoute, setSandboxCookie } from "@/app/sandbox/_lib/http";

/** Closes the desk in this browser, or with `{ "isEverywhere": true }` in all. */
export const POST = deskRoute(
  async ({ request, body }) => {
    await closeDesk(Object(body).isEverywhere === true);
    await setSandboxCookie(request, DESK_COOKIE, "", 0);
    return answer({});
  },
  { maxBody: 1_000 },
);
