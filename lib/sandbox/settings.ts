import "server-only";
import { cookies } from "next/headers";
import { db } from "@/lib/db";
import { isUuid } from "@/lib/identity/identity-claims";
import { RequestError } from "./message-rules";
import { DEFAULT_SETTINGS, settingsSchema, type Settings } from "./settings-list";

export const BROWSER_COOKIE = "sandbox_browser";

/** The settings of all browsers: what the desk and the sweeping go by. */
const ALL = "all";

/** A browser's own settings are forgotten after this many milliseconds. */
const FORGET_AFTER = 30 * 86_400_000;

/** The most browsers whose settings are kept: of more, those go that were switched longest ago. */
const MOST_BROWSERS = 1_000;

export type Scope = "browser" | "all";

/** What has been switched, for all and for this browser, and what follows from both. */
export type SettingsOfBrowser = { all: Partial<Settings>; browser: Partial<Settings>; effective: Settings };

/** The settings that hold for this request's browser. Its own come before those of all. */
export async function readSettings(): Promise<SettingsOfBrowser> {
  const id = await readBrowserId();
  const rows = await db().sandboxSettings.findMany({ where: { scope: { in: id ? [ALL, id] : [ALL] } } });
  const valuesOf = (scope: string | null) =>
    (rows.find((row) => row.scope === scope)?.values ?? {}) as Partial<Settings>;
  const [all, browser] = [valuesOf(ALL), id ? valuesOf(id) : {}];
  return { all, browser, effective: { ...DEFAULT_SETTINGS, ...all, ...browser } };
}

/**
 * Replaces what is switched in a scope. What is left out goes back to its default.
 *
 * @param browserId whose settings these are, for the scope "browser"
 */
export async function writeSettings(values: Partial<Settings>, browserId: string | null): Promise<void> {
  const scope = browserId ?? ALL;
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
  const id = (await cookies()).get(BROWSER_COOKIE)?.value;
  return isUuid(id) ? id : null;
}
