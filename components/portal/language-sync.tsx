"use client";

import { usePathname, useRouter } from "next/navigation";
import { useEffect } from "react";
import { hasTypedText } from "./refreshing-chat";
import { LANGUAGE_COOKIE } from "@/lib/i18n/languages";

/** Renders the page again after a switch in another tab or on another device. `others`: codes that are not shown, as "he fr". */
export function LanguageSync({ account, others }: { account?: string | null; others: string }) {
  const router = useRouter();
  // A navigation renders the new page in the new language, but not the layout around it.
  const path = usePathname();
  useEffect(() => {
    if (account) document.cookie = `${LANGUAGE_COOKIE}=${account}; path=/; max-age=31536000`;
    const follow = () => {
      const isSwitched = others
        .split(" ")
        .some((language) => document.cookie.includes(`${LANGUAGE_COOKIE}=${language}`));
      // If the customer has signed out, the page would lead to sign-in, and what was typed would be lost.
      if (isSwitched && !hasTypedText()) router.refresh();
    };
    follow();
    const listening = new AbortController();
    const options = { signal: listening.signal };
    window.addEventListener("focus", follow, options);
    document.addEventListener("visibilitychange", follow, options);
    return () => listening.abort();
  }, [router, path, account, others]);
  return null;
}
