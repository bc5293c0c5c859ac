import { answer, sandboxRoute, setSandboxCookie } from "@/app/sandbox/_lib/routes";
import {
  BROWSER_COOKIE,
  readBrowserId,
  readSettings,
  sealBrowserId,
  settingsChangeSchema,
  writeSettings,
} from "@/app/sandbox/_lib/settings";

export const GET = sandboxRoute(async () => answer(await readSettings()));

export const PUT = sandboxRoute(
  async ({ request, body: { scope, values } }) => {
    const browserId = scope === "browser" ? ((await readBrowserId()) ?? crypto.randomUUID()) : null;
    await writeSettings(values, browserId);
    if (browserId) await setSandboxCookie(request, BROWSER_COOKIE, sealBrowserId(browserId), 2_592_000);
    const { all, browser } = await readSettings();
    return answer({ all, browser: scope === "browser" ? values : browser });
  },
  { body: settingsChangeSchema },
);
