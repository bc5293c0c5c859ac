import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { DoorPage } from "@/components/portal/door-page";
import { ActionForm } from "@/components/ui/action-form";
import { SoftLink } from "@/components/ui/soft-link";
import { getUser } from "@/lib/auth/session";
import { registerAction } from "./actions";

export const metadata: Metadata = { title: "Open an account" };

export default async function RegisterPage() {
  if (await getUser()) redirect("/portal");
  return (
    <DoorPage
      title="Open an account"
      aside={
        <>
          Already with us?{" "}
          <SoftLink href="/login" className="link">
            Sign in
          </SoftLink>
        </>
      }
    >
      <ActionForm
        action={registerAction}
        submit="Create account"
        fields={[
          { name: "firstName", label: "First name", autoComplete: "given-name", isHalfWidth: true },
          { name: "lastName", label: "Last name", autoComplete: "family-name", isHalfWidth: true },
          { name: "email", label: "Email", kind: "email", autoComplete: "username" },
          {
            name: "password",
            label: "Password",
            kind: "password",
            autoComplete: "new-password",
            hint: "At least 10 characters. Three words that do not belong together do well.",
          },
        ]}
      />
    </DoorPage>
  );
}
