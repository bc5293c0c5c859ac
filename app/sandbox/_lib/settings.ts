import "server-only";
import { cookies } from "next/headers";
import { db } from "@/lib/db";
import { isUuid } from "@/lib/glassix/identity/claims";
import { createLocalLimit } from "@/lib/limits";
import { isDeskOpen } from "./desk-access";
import { RequestError } from "./message-rules";
import { seal, unseal } from "./seal";
import { DEFAULT_SETTINGS, DESK_SETTINGS, settingsSchema, type SettingName, type Settings } from "./settings-list";

export const BROWSER_COOKIE = "sandbox_browser";

/** The settings of all browsers: what the desk and the sweeping go by. */
const ALL = "all";

/** A browser's own settings are forgotten after this many milliseconds. */
const FORGET_AFTER = 30 * 86_400_000;

/** The most browsers whose settings are kept: of more, those go that were switched longest ago. */
const MOST_BROWSERS = 1_000;

/** Changes of settings that one process takes in a minute: each writes a row. */
const changeLimit = createLocalLimit(300, 60);

export type Scope = "browser" | "all";

/** What has been switched, for all and for this browser, and what follows from both. */
export type SettingsOfBrowser = { all: Partial<Settings>; browser: Partial<Settings>; effective: Settings };

/**
 * The settings that hold for this request's browser. Its own come before those of all. Of its own, those that
 * belong to the desk count only while the desk is open in this browser, whatever the database holds.
 */
export async function readSettings(): Promise<SettingsOfBrowser> {
  const id = await readBrowserId();
  const rows = await db().sandboxSettings.findMany({ where: { scope: { in: id ? [ALL, id] : [ALL] } } });
  const valuesOf = (scope: string | null) =>
    (rows.find((row) => row.scope === scope)?.values ?? {}) as Partial<Settings>;
  const all = valuesOf(ALL);
  const stored = valuesOf(id);
  const browser = findDeskSettings(stored).length === 0 || (await isDeskOpen()) ? stored : withoutDeskSettings(stored);
  return { all, browser, effective: { ...DEFAULT_SETTINGS, ...all, ...browser } };
}

/** Which of these settings only the desk may change, where the sandbox has strangers. */
function findDeskSettings(values: Partial<Settings>): SettingName[] {
  return DESK_SETTINGS.filter((name) => values[name] !== undefined);
}

function withoutDeskSettings(values: Partial<Settings>): Partial<Settings> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !DESK_SETTINGS.includes(name as SettingName)));
}

/**
 * Replaces what is switched in a scope. What is left out goes back to its default.
 *
 * @param browserId whose settings these are, for the scope "browser"
 * @throws RequestError when they are the desk's, and it is closed in this browser, or when there are too many changes
 */
export async function writeSettings(values: Partial<Settings>, browserId: string | null): Promise<void> {
  const scope = browserId ?? ALL;
  const names = findDeskSettings(values);
  if ((scope === ALL || names.length > 0) && !(await isDeskOpen())) {
    const what = scope === ALL ? "Settings for all browsers" : `The settings ${names.join(", ")}`;
    throw new RequestError(401, "desk-closed", `${what} belong to the desk. Open it with its password: /sandbox/desk.`);
  }
  // The desk shares no counter with strangers, who could use it up.
  const seconds = (await isDeskOpen()) ? 0 : await changeLimit("all");
  if (seconds > 0)
    throw new RequestError(429, "rate-limited", `Too many changes. Try again in ${seconds} seconds.`, seconds);
  await db().sandboxSettings.upsert({ where: { scope }, create: { scope, values }, update: { values } });
  await db().sandboxSettings.deleteMany({
    where: { scope: { not: ALL }, changedAt: { lt: new Date(Date.now() - FORGET_AFTER) } },
  });
  await db().$executeRaw`
    DELETE FROM "SandboxSettings" WHERE "scope" IN (
      SELECT "scope" FROM "SandboxSettings" WHERE "scope" <> ${ALL} ORDER BY "changedAt" DESC OFFSET ${MOST_BROWSERS}
    )`;
}

/**
 * Reads settings out of a request's body: `{ "scope": "browser" | "all", "values": { … } }`.
 *
 * @throws RequestError that names what is wrong
 */
export function readSettingsChange(body: unknown): { scope: Scope; values: Partial<Settings> } {
  const { scope, values } = Object(body);
  if (scope !== "browser" && scope !== "all")
    throw new RequestError(400, "scope-invalid", 'scope must be "browser" or "all".');
  const parsed = settingsSchema.partial().safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = issue!.path.join(".") || "values";
    throw new RequestError(400, "setting-invalid", `${name}: ${issue!.message}.`);
  }
  return { scope, values: parsed.data };
}

/** The id in this browser's cookie, or null when it has switched nothing yet. */
export async function readBrowserId(): Promise<string | null> {
  const id = unseal("browser", (await cookies()).get(BROWSER_COOKIE)?.value ?? "");
  return isUuid(id) ? id : null;
}

/** What the cookie of a browser holds. Sealed, so that nobody makes up an id or writes to that of another browser. */
export const sealBrowserId = (id: string): string => seal("browser", id);
