import { env } from "@/lib/env";
import { answer, readJson, sandboxRoute } from "@/lib/sandbox/http";
import { buildToken, MAX_INSPECTOR_BODY, readBuildRequest, readOwnSecret } from "@/lib/sandbox/inspector";

/** Builds an identity token to try things out with. */
export const POST = sandboxRoute(async (request) => {
  const wanted = readBuildRequest(await readJson(request, MAX_INSPECTOR_BODY));
  return answer({
    identityToken: await buildToken({
      ...wanted,
      apiKey: wanted.apiKey ?? env().glassix.apiKey,
      apiSecret: wanted.apiSecret ?? (await readOwnSecret()),
    }),
  });
});
