import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { SettingsForm } from "@/app/sandbox/_components/settings-form";
import { Workshop } from "@/app/sandbox/_components/workshop";
import { env } from "@/lib/env";
import { isDeskOpen } from "@/app/sandbox/_lib/desk-access";
import { readSettings } from "@/app/sandbox/_lib/settings";
import { readChoices, SETTING_GROUPS, type SettingName } from "@/app/sandbox/_lib/settings-list";

export const metadata: Metadata = { title: "Sandbox settings", robots: { index: false } };

export default async function SettingsPage() {
  await connection();
  if (!env().isSandboxOn) notFound();
  const isOpen = await isDeskOpen();
  const { all, browser } = await readSettings();
  const groups = SETTING_GROUPS.map((group) => ({
    ...group,
    settings: group.settings.map((setting) => ({ ...setting, choices: readChoices(setting.name as SettingName) })),
  }));
  return (
    <Workshop title="Settings and faults" path="/sandbox/settings">
      <p>
        Everything that can go wrong between a portal and Glassix, to be switched on before it happens. Settings of this
        browser come before those of all browsers, and a bar marks what is changed. Tests switch them with{" "}
        <code>PUT /sandbox/api/settings</code>.
      </p>
      {!isOpen && (
        <p>
          Strangers can visit this server. Settings for all browsers, and every setting that decides how identity tokens
          are judged, belong to the desk: <a href="/sandbox/desk">open the desk</a> with its password to change them.
        </p>
      )}
      <SettingsForm groups={groups} saved={{ all, browser }} isDeskOpen={isOpen} />
    </Workshop>
  );
}
