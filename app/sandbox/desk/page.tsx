import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { Desk } from "@/app/sandbox/_components/desk";
import { DeskSignIn } from "@/app/sandbox/_components/desk-sign-in";
import { SandboxLayout } from "@/app/sandbox/_components/sandbox-layout";
import { env } from "@/lib/env";
import { isDeskOpen } from "@/app/sandbox/_lib/desk-access";

export const metadata: Metadata = { title: "Agent desk", robots: { index: false } };

export default async function DeskPage({ searchParams }: PageProps<"/sandbox/desk">) {
  await connection();
  if (!env().isSandboxOn) notFound();
  if (!(await isDeskOpen())) {
    return (
      <SandboxLayout title="Agent desk" path="/sandbox/desk">
        <DeskSignIn />
      </SandboxLayout>
    );
  }
  const { ticket, beside } = await searchParams;
  const isBesidePortal = beside === "portal";
  return (
    <SandboxLayout title="Agent desk" path="/sandbox/desk" layout={isBesidePortal ? "frame" : "window"}>
      <Desk firstTicket={Number(ticket) || null} isFollowing={isBesidePortal} hasPassword={env().isProduction} />
    </SandboxLayout>
  );
}
