import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { SandboxLayout } from "@/app/sandbox/_components/sandbox-layout";
import { SettingsForm } from "@/app/sandbox/_components/settings-form";
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
    <SandboxLayout title="Settings and faults" path="/sandbox/settings">
      <p>
        Simulate what can go wrong between a portal and Glassix. Settings for this browser override those for all
        browsers; a bar marks changed settings. Tests change them with{" "}
        <code className="text-sm">PUT /sandbox/api/settings</code>.
      </p>
      {!isOpen && (
        <p className="mt-3">
          This server is public. To change settings for all browsers, or settings that decide how identity tokens are
          verified, <a href="/sandbox/desk">sign in to the desk</a>.
        </p>
      )}
      <SettingsForm groups={groups} saved={{ all, browser }} isDeskOpen={isOpen} />
    </SandboxLayout>
  );
}
