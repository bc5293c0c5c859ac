import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { Inspector } from "@/app/sandbox/_components/inspector";
import { Workshop } from "@/app/sandbox/_components/workshop";
import { env } from "@/lib/env";
import { isDeskOpen } from "@/app/sandbox/_lib/desk-access";

export const metadata: Metadata = { title: "Token inspector", robots: { index: false } };

export default async function InspectorPage() {
  // The environment belongs to the server that runs, not to the one that builds.
  await connection();
  const { isSandboxOn, glassix } = env();
  if (!isSandboxOn) notFound();

  return (
    <Workshop title="The token inspector" path="/sandbox/inspector" layout="wide">
      <p>
        Paste an identity token: every rule is judged, also after the first that fails. What you type goes to this
        server in the body of a request, and is neither kept nor logged.
      </p>
      <Inspector apiKey={glassix.apiKey} isDeskOpen={await isDeskOpen()} />
    </Workshop>
  );
}
