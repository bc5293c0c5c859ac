import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { Inspector } from "@/app/sandbox/_components/inspector";
import { SandboxLayout } from "@/app/sandbox/_components/sandbox-layout";
import { env } from "@/lib/env";
import { isDeskOpen } from "@/app/sandbox/_lib/desk-access";

export const metadata: Metadata = { title: "Token inspector", robots: { index: false } };

export default async function InspectorPage() {
  await connection();
  const { isSandboxOn, glassix } = env();
  if (!isSandboxOn) notFound();

  return (
    <SandboxLayout title="Token inspector" path="/sandbox/inspector" layout="wide">
      <p>
        Paste an identity token to check it against every rule, not only the first that fails. The server does not store
        or log what you enter.
      </p>
      <Inspector apiKey={glassix.apiKey} isDeskOpen={await isDeskOpen()} />
    </SandboxLayout>
  );
}
