"use client";

import { usePathname, useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { hasUnsavedInput } from "./refreshing-chat";
import { LANGUAGE_COOKIE } from "@/lib/i18n/languages";

const COOKIE = RegExp(`(?:^|; )${LANGUAGE_COOKIE}=(\\w+)`);

/** Renders the page again after a switch in another tab, or on another device (see api/auth). */
export function LanguageSync({ language, account }: { language: string; account?: string | null }) {
  const router = useRouter();
  // A navigation renders the new page in the new language, but not the layout around it.
  const path = usePathname();
  const followed = useRef(language);
  useEffect(() => {
    if (account) document.cookie = `${LANGUAGE_COOKIE}=${account}; path=/; max-age=31536000`;
  }, [account]);
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    const follow = () => {
      const chosen = COOKIE.exec(document.cookie)?.[1] ?? language;
      // If the customer has signed out, the page would lead to sign-in, and what was typed would be lost.
      if (signal.aborted || chosen === followed.current || !navigator.onLine || hasUnsavedInput()) return;
      followed.current = chosen;
      if (chosen !== language) router.refresh();
    };
    follow();
    window.addEventListener("focus", follow, { signal });
    document.addEventListener("visibilitychange", follow, { signal });
    // After this tab's own switch, the page is in the new language by then.
    window.cookieStore?.addEventListener("change", () => setTimeout(follow, 1_000), { signal });
    return () => listening.abort();
  }, [router, path, language]);
  return null;
}
