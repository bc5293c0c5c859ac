import type { ReactNode } from "react";
import styles from "./workshop.module.css";

const PAGES = [
  ["/sandbox", "Sandbox"],
  ["/sandbox/side-by-side", "Side by side"],
  ["/sandbox/desk", "Desk"],
  ["/sandbox/inspector", "Inspector"],
  ["/sandbox/settings", "Settings"],
] as const;

type Props = {
  title: string;
  /** The page's address, to mark it in the navigation. */
  path: (typeof PAGES)[number][0];
  /**
   * "wide": for what stands in two columns. "tool": as wide and as high as the window, and without the page's own chat, which would lie on top of
   * it. "frame": the same, inside another page of the workshop.
   */
  layout?: "text" | "wide" | "tool" | "frame";
  children: ReactNode;
};

/** The frame of the sandbox's own pages. It looks like a workshop on purpose: nobody shall take it for the portal. */
export function Workshop({ title, path, layout = "text", children }: Props) {
  const isTool = layout === "tool" || layout === "frame";
  return (
    <div className={`${styles.workshop} ${isTool ? styles.tool : ""}`}>
      {layout !== "frame" && (
        <header className={styles.header}>
          <p className={styles.stripe}>Sandbox: a stand-in for Glassix</p>
          <nav aria-label="Sandbox" className={styles.nav}>
            {PAGES.map(([address, name]) => (
              // Plain links: what a page of the workshop holds is read anew each time.
              <a key={address} href={address} aria-current={address === path ? "page" : undefined}>
                {name}
              </a>
            ))}
            <a href="/portal">Portal</a>
          </nav>
        </header>
      )}
      <main id="content" className={isTool ? styles.bench : `${styles.main} ${layout === "wide" ? styles.wide : ""}`}>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}
