"use client";

import { usePathname, useRouter } from "next/navigation";
import { useEffect } from "react";
import { hasTypedText } from "./refreshing-chat";
import { LANGUAGE_COOKIE, toLanguage, type Language } from "@/lib/i18n/languages";

/** Renders the page again after the language was changed in another tab or on another device. */
export function LanguageSync({ shown, account }: { shown: Language; account: Language | null }) {
  const router = useRouter();
  // A navigation renders the new page in the new language, but not the layout around it.
  const path = usePathname();
  useEffect(() => {
    if (account && account !== shown)
      document.cookie = `${LANGUAGE_COOKIE}=${account}; path=/; samesite=lax; max-age=31536000`;
    const follow = () => {
      const cookie = document.cookie.split("; ").find((each) => each.startsWith(`${LANGUAGE_COOKIE}=`));
      const chosen = toLanguage(cookie?.split("=")[1]);
      // The customer may have signed out: the page would lead to sign-in, and what was typed would be lost.
      const mustStay = path.startsWith("/portal") && hasTypedText();
      if (chosen && chosen !== shown && !mustStay && document.visibilityState === "visible") router.refresh();
    };
    follow();
    const listening = new AbortController();
    window.addEventListener("focus", follow, { signal: listening.signal });
    document.addEventListener("visibilitychange", follow, { signal: listening.signal });
    return () => listening.abort();
  }, [router, path, shown, account]);
  return null;
}
