"use client";

import { usePathname, useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { hasUnsavedInput } from "./refreshing-chat";
import { LANGUAGE_COOKIE } from "@/lib/i18n/languages";

const COOKIE = RegExp(`(?:^|; )${LANGUAGE_COOKIE}=(\\w+)`);

/** Renders the page again after a switch in another tab, or on another device (see api/auth). */
export function LanguageSync({ language }: { language: string }) {
  const router = useRouter();
  // A navigation renders the new page in the new language, but not the layout around it.
  const path = usePathname();
  const followed = useRef(language);
  useEffect(() => {
    const follow = () => {
      const chosen = COOKIE.exec(document.cookie)?.[1] ?? language;
      // If the customer has signed out, the page would lead to sign-in, and what was typed would be lost.
      if (chosen === followed.current || !navigator.onLine || hasUnsavedInput()) return;
      followed.current = chosen;
      if (chosen !== language) router.refresh();
    };
    follow();
    const listening = new AbortController();
    const options = { signal: listening.signal };
    window.addEventListener("focus", follow, options);
    document.addEventListener("visibilitychange", follow, options);
    // After this tab's own switch, the page is in the new language by then.
    window.cookieStore?.addEventListener("change", () => setTimeout(follow, 1_000), options);
    return () => listening.abort();
  }, [router, path, language]);
  return null;
}
