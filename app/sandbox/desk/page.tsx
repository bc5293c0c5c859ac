import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { Desk } from "@/app/sandbox/_components/desk";
import { DeskDoor } from "@/app/sandbox/_components/desk-door";
import { Workshop } from "@/app/sandbox/_components/workshop";
import { env } from "@/lib/env";
import { isDeskOpen } from "@/app/sandbox/_lib/desk-access";

export const metadata: Metadata = { title: "Agent's desk", robots: { index: false } };

/** What the agent in Glassix would see. */
export default async function DeskPage({ searchParams }: PageProps<"/sandbox/desk">) {
  await connection();
  if (!env().isSandboxOn) notFound();
  if (!(await isDeskOpen())) {
    return (
      <Workshop title="Agent's desk" path="/sandbox/desk">
        <DeskDoor />
      </Workshop>
    );
  }
  const { ticket, beside } = await searchParams;
  const isBesidePortal = beside === "portal";
  return (
    <Workshop title="Agent's desk" path="/sandbox/desk" layout={isBesidePortal ? "frame" : "tool"}>
      <Desk firstTicket={Number(ticket) || null} isFollowing={isBesidePortal} isClosable={env().isProduction} />
    </Workshop>
  );
}
