"use client";

import { useRouter } from "next/navigation";
import type { ComponentProps } from "react";

/**
 * A link that leads on without loading the document anew, so that a chat lives on. Unlike Next's it does
 * not look ahead, which would cost the pages before the door 3 kB.
 */
export function SoftLink({ href, ...rest }: ComponentProps<"a"> & { href: string }) {
  const router = useRouter();
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        // The browser's own ways to open another tab or window, or to save.
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        router.push(href);
      }}
    />
  );
}
