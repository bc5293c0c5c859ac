import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { SandboxLayout } from "@/app/sandbox/_components/sandbox-layout";
import { env } from "@/lib/env";

export const metadata: Metadata = { title: "Side by side", robots: { index: false } };

export default async function SideBySidePage() {
  await connection();
  if (!env().isSandboxOn) notFound();
  return (
    <SandboxLayout title="Portal and desk side by side" path="/sandbox/side-by-side" layout="window">
      {/* Focusable, because it scrolls in a narrow window. */}
      <div
        role="region"
        aria-label="Portal and desk"
        tabIndex={0}
        className="grid min-h-0 flex-1 auto-rows-[minmax(560px,1fr)] divide-line overflow-y-auto max-[899px]:divide-y min-[900px]:auto-rows-[minmax(0,1fr)] min-[900px]:grid-cols-2 min-[900px]:divide-x"
      >
        <Frame heading="What the customer sees" title="Portal" src="/portal" />
        <Frame heading="What the agent sees" title="Agent desk" src="/sandbox/desk?beside=portal" />
      </div>
    </SandboxLayout>
  );
}

function Frame({ heading, title, src }: { heading: string; title: string; src: string }) {
  return (
    <section className="flex min-h-0 flex-col">
      <h2 className="border-b border-line px-4 py-1.5 text-[13px]/5 text-quiet">{heading}</h2>
      <iframe title={title} src={src} className="w-full flex-1" />
    </section>
  );
}
