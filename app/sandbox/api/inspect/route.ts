import { env } from "@/lib/env";
import { answer, readJson, sandboxRoute } from "@/lib/sandbox/http";
import { inspectToken, MAX_INSPECTOR_BODY, readInspectRequest } from "@/lib/sandbox/inspector";

/** What is right and wrong about an identity token. Everything comes in the body: an address ends up in logs. */
export const POST = sandboxRoute(async (request) =>
  answer(await inspectToken(readInspectRequest(await readJson(request, MAX_INSPECTOR_BODY)), env().glassix)),
);
