import type { ReactNode } from "react";
import { AuthLayout } from "./auth-layout";

type Props = { links?: Record<string, string>; children?: ReactNode };

export function DeadLink({ links = {}, children }: Props) {
  return (
    <AuthLayout
      title="This link no longer works"
      aside="It was used before, has expired, is incomplete, or was sent before a later change of your account. It also needs cookies: if your browser blocks them, allow them for this site and open the link again."
    >
      {children}
      <p className="flex flex-wrap gap-4 empty:hidden">
        {Object.entries(links).map(([href, text], index) => (
          <a key={href} href={href} className={`button ${index === 0 ? "button-primary" : "button-quiet"}`}>
            {text}
          </a>
        ))}
      </p>
    </AuthLayout>
  );
}
