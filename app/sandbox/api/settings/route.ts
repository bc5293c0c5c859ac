import { isDeskOpen } from "@/lib/sandbox/desk-access";
import { answer, readJson, refuse, sandboxRoute, setSandboxCookie } from "@/lib/sandbox/http";
import { BROWSER_COOKIE, readBrowserId, readSettings, readSettingsChange, writeSettings } from "@/lib/sandbox/settings";

/** What is switched for all browsers, what for this one, and what follows from both. */
export const GET = sandboxRoute(async () => answer(await readSettings()));

/** Replaces what is switched in one scope: `{ "scope": "browser" | "all", "values": { … } }`. No values: the defaults. */
export const PUT = sandboxRoute(async (request) => {
  const { scope, values } = readSettingsChange(await readJson(request));
  if (scope === "all" && !(await isDeskOpen()))
    return refuse(
      401,
      "desk-closed",
      "Settings for all browsers are the desk's. Open it with its password: /sandbox/desk.",
    );
  const browserId = scope === "browser" ? ((await readBrowserId()) ?? crypto.randomUUID()) : null;
  await writeSettings(values, browserId);
  if (browserId) await setSandboxCookie(request, BROWSER_COOKIE, browserId, 2_592_000);
  const { all, browser } = await readSettings();
  return answer({ all, browser: scope === "browser" ? values : browser });
});
