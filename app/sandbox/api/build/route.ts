import { env } from "@/lib/env";
import { answer, sandboxRoute } from "@/app/sandbox/_lib/http";
import { buildToken, MAX_INSPECTOR_BODY, readBuildRequest, readOwnSecret } from "@/app/sandbox/_lib/inspector";

/** Builds an identity token to try things out with. */
export const POST = sandboxRoute(
  async ({ body }) => {
    const wanted = readBuildRequest(body);
    return answer({
      identityToken: await buildToken({
        ...wanted,
        apiKey: wanted.apiKey ?? env().glassix.apiKey,
        apiSecret: wanted.apiSecret ?? (await readOwnSecret()),
      }),
    });
  },
  { maxBody: MAX_INSPECTOR_BODY },
);
