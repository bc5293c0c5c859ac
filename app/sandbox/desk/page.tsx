import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { Desk } from "@/components/sandbox/desk";
import { DeskDoor } from "@/components/sandbox/desk-door";
import { Workshop } from "@/components/sandbox/workshop";
import { env } from "@/lib/env";
import { isDeskOpen } from "@/lib/sandbox/desk-access";

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
      <Desk
        firstTicket={Number(ticket) || null}
        isFollowing={isBesidePortal}
        isClosable={env().sandboxPassword !== null}
      />
    </Workshop>
  );
}
