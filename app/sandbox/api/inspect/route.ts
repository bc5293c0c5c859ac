import { env } from "@/lib/env";
import { inspectSchema, inspectToken, MAX_INSPECTOR_BODY } from "@/app/sandbox/_lib/inspector";
import { answer, sandboxRoute } from "@/app/sandbox/_lib/routes";

/** What is right and wrong about an identity token. The token comes in the body: a URL ends up in logs. */
export const POST = sandboxRoute(async ({ body }) => answer(await inspectToken(body, env().glassix)), {
  body: inspectSchema,
  maxBody: MAX_INSPECTOR_BODY,
});
