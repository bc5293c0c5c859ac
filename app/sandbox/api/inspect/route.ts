import { env } from "@/lib/env";
import { answer, sandboxRoute } from "@/app/sandbox/_lib/http";
import { inspectToken, MAX_INSPECTOR_BODY, readInspectRequest } from "@/app/sandbox/_lib/inspector";

/** What is right and wrong about an identity token. Everything comes in the body: an address ends up in logs. */
export const POST = sandboxRoute(
  async ({ body }) => answer(await inspectToken(readInspectRequest(body), env().glassix)),
  { maxBody: MAX_INSPECTOR_BODY },
);
