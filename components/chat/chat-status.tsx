import type { ReactNode } from "react";
import { brand } from "@/lib/brand";

/** Always in the page: screen readers announce changes inside a live region. */
export function ChatCorner({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="fixed end-4 bottom-4 z-40 max-w-[min(18rem,calc(100vw-2rem))] text-sm print:hidden">
      {children}
    </div>
  );
}

export function ChatUnavailable() {
  return (
    <div className="rounded-card border border-line bg-surface px-4 py-3 shadow-float">
      <p className="font-medium">Chat is unavailable</p>
      <p className="mt-1 leading-6 text-quiet">
        Call{" "}
        <a className="link whitespace-nowrap" href={brand.phone.href}>
          {brand.phone.text}
        </a>{" "}
        or write to{" "}
        <a className="link whitespace-nowrap" href={brand.email.href}>
          {brand.email.text}
        </a>
        .
      </p>
    </div>
  );
}

export function SignInToChat() {
  return (
    <a
      className="flex min-h-11 items-center rounded-full border border-edge bg-surface px-5 font-medium shadow-float transition-colors duration-150 hover:bg-sunk"
      href="/login"
    >
      Sign in to chat
    </a>
  );
}
