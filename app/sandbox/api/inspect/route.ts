import { env } from "@/lib/env";
import { inspectSchema, inspectToken, MAX_INSPECTOR_BODY } from "@/app/sandbox/_lib/inspector";
import { answer, sandboxRoute } from "@/app/sandbox/_lib/routes";

/** Checks an identity token. It is sent in the body, because URLs end up in logs. */
export const POST = sandboxRoute(async ({ body }) => answer(await inspectToken(body, env().glassix)), {
  body: inspectSchema,
  maxBody: MAX_INSPECTOR_BODY,
});
