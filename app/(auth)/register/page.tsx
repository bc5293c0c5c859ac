import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { newPasswordField } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { getUser } from "@/lib/auth/session";
import { registerAction } from "./actions";

export const metadata = { title: "Create an account" };

export default async function RegisterPage() {
  if (await getUser()) redirect("/portal");
  return (
    <AuthLayout
      title="Create an account"
      aside={
        <>
          Already have an account? <a href="/login">Sign in</a>
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
          newPasswordField,
        ]}
      />
    </AuthLayout>
  );
}
