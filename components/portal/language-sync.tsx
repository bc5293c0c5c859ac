"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { LANGUAGE_COOKIE, type Language } from "@/lib/i18n/languages";

type Props = { shown: Language; account: Language | null };

/** Follows a switch in another tab, and the account's language after a switch on another device. */
export function LanguageSync({ shown, account }: Props) {
  const router = useRouter();
  useEffect(() => {
    if (account && account !== shown) {
      document.cookie = `${LANGUAGE_COOKIE}=${account}; path=/; samesite=lax; max-age=31536000`;
      router.refresh();
    }
    const follow = () => {
      const chosen = new RegExp(`(?:^|; )${LANGUAGE_COOKIE}=(\\w+)`).exec(document.cookie)?.[1];
      if (chosen && chosen !== shown && document.visibilityState === "visible") router.refresh();
    };
    document.addEventListener("visibilitychange", follow);
    return () => document.removeEventListener("visibilitychange", follow);
  }, [router, shown, account]);
  return null;
}
