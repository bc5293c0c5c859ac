import { env } from "@/lib/env";
import { buildSchema, buildToken, MAX_INSPECTOR_BODY, readOwnSecret } from "@/app/sandbox/_lib/inspector";
import { answer, sandboxRoute } from "@/app/sandbox/_lib/routes";

export const POST = sandboxRoute(
  async ({ body }) => {
    const apiKey = body.apiKey ?? env().glassix.apiKey;
    const apiSecret = body.apiSecret || (await readOwnSecret());
    return answer({ identityToken: await buildToken({ ...body, apiKey, apiSecret }) });
  },
  { body: buildSchema, maxBody: MAX_INSPECTOR_BODY },
);
