import type { ReactNode } from "react";
import { AuthLayout } from "./auth-layout";

/** For a link from an email that was used, has expired, or is incomplete. */
export function DeadLink({ children }: { children: ReactNode }) {
  return (
    <AuthLayout
      title="This link no longer works"
      aside="It was used before, has expired, is incomplete, or was sent before a later change of your account."
    >
      <div className="flex flex-wrap gap-4">{children}</div>
    </AuthLayout>
  );
}
