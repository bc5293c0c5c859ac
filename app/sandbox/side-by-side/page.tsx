import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { Workshop } from "@/app/sandbox/_components/workshop";
import { env } from "@/lib/env";
import styles from "./side-by-side.module.css";

export const metadata: Metadata = { title: "Side by side", robots: { index: false } };

/** The customer on the left, the agent on the right: what the whole project is about, in one view. */
export default async function SideBySidePage() {
  await connection();
  if (!env().isSandboxOn) notFound();
  return (
    <Workshop title="Portal and desk, side by side" path="/sandbox/side-by-side" layout="tool">
      {/* It scrolls in a narrow window, and then the keyboard must reach it. */}
      <div className={styles.sides} role="region" aria-label="Portal and desk" tabIndex={0}>
        <section className={styles.side}>
          <h2>What the customer sees</h2>
          <iframe src="/portal" title="Portal" />
        </section>
        <section className={styles.side}>
          <h2>What the agent sees</h2>
          <iframe src="/sandbox/desk?beside=portal" title="Agent's desk" />
        </section>
      </div>
    </Workshop>
  );
}
