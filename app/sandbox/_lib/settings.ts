import "server-only";
import { cookies } from "next/headers";
import { z } from "zod";
import { isUuid } from "@/lib/glassix/identity/claims";
import { isDeskOpen } from "./desk-access";
import { createLocalLimit } from "./local-limit";
import { RequestError } from "./request-error";
import { execute, query } from "./schema";
import { seal, unseal } from "./seal";
import { DEFAULT_SETTINGS, DESK_SETTINGS, settingsSchema, type SettingName, type Settings } from "./settings-list";

export const BROWSER_COOKIE = "sandbox_browser";

const ALL = "all";

const MAX_BROWSERS = 1_000;

const changeLimit = createLocalLimit(300, 60);

export const settingsChangeSchema = z.object({
  scope: z.enum(["browser", "all"]),
  values: settingsSchema.partial(),
});

export type SettingsOfBrowser = { all: Partial<Settings>; browser: Partial<Settings>; effective: Settings };

/** This browser's settings override the others; desk settings apply only while it is signed in to the desk. */
export async function readSettings(): Promise<SettingsOfBrowser> {
  const id = await readBrowserId();
  const rows = await query<{ scope: string; values: Partial<Settings> }>`
    SELECT "scope", "values" FROM sandbox."Settings" WHERE "scope" IN (${ALL}, ${id ?? ALL})`;
  const all = rows.find(({ scope }) => scope === ALL)?.values ?? {};
  const stored = rows.find(({ scope }) => scope === id)?.values ?? {};
  const isAllowed = findDeskSettings(stored).length === 0 || (await isDeskOpen());
  const browser = isAllowed
    ? stored
    : Object.fromEntries(Object.entries(stored).filter(([name]) => !DESK_SETTINGS.includes(name as SettingName)));
  return { all, browser, effective: { ...DEFAULT_SETTINGS, ...all, ...browser } };
}

const findDeskSettings = (values: Partial<Settings>): SettingName[] =>
  DESK_SETTINGS.filter((name) => values[name] !== undefined);

export async function writeSettings(values: Partial<Settings>, browserId: string | null): Promise<void> {
  const names = findDeskSettings(values);
  // The desk shares no counter with strangers, who could exhaust it.
  if (!(await isDeskOpen())) {
    if (!browserId || names.length > 0) {
      const what = browserId ? `The settings ${names.join(", ")}` : "Settings for all browsers";
      throw new RequestError(401, "desk-closed", `${what} require access to the desk. Sign in first: /sandbox/desk.`);
    }
    await changeLimit("all");
  }
  await execute`
    INSERT INTO sandbox."Settings" ("scope", "values") VALUES (${browserId ?? ALL}, ${JSON.stringify(values)}::jsonb)
    ON CONFLICT ("scope") DO UPDATE SET "values" = excluded."values", "changedAt" = now()`;
  await execute`
    DELETE FROM sandbox."Settings" WHERE "scope" <> ${ALL} AND ("changedAt" < now() - interval '30 days' OR "scope" IN (
      SELECT "scope" FROM sandbox."Settings" WHERE "scope" <> ${ALL} ORDER BY "changedAt" DESC OFFSET ${MAX_BROWSERS}
    ))`;
}

export async function readBrowserId(): Promise<string | null> {
  const id = unseal("browser", (await cookies()).get(BROWSER_COOKIE)?.value ?? "");
  return isUuid(id) ? id : null;
}

/** The value of a browser's cookie. Signed, so that nobody can change the settings of another browser. */
export const sealBrowserId = (id: string): string => seal("browser", id);
