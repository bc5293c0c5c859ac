"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { authClient } from "@/lib/auth-client";
import styles from "./member-nav.module.css";

export function MemberNav() {
  const router = useRouter();

  async function signOut() {
    await authClient.signOut();
    router.push("/login");
  }

  return (
    <nav className={styles.nav}>
      <Link href="/account">Account</Link>
      <Link href="/policies">Policies</Link>
      <button type="button" onClick={signOut}>
        Sign out
      </button>
    </nav>
  );
}
