import type { ReactNode } from "react";
import styles from "./workshop.module.css";

/** The frame of the sandbox's own pages. It looks like a workshop on purpose: nobody shall take it for the portal. */
export function Workshop({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.workshop}>
      <header className={styles.stripe}>Sandbox: a stand-in for Glassix</header>
      <main id="content" className={styles.main}>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}
