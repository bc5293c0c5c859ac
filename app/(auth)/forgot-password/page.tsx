import { notFound } from "next/navigation";
import { connection } from "next/server";
import { AuthLayout } from "@/components/portal/auth-layout";
import { ActionForm } from "@/components/ui/action-form";
import { env } from "@/lib/env";
import { forgotPasswordAction } from "./actions";

export const metadata = { title: "Forgot your password?" };

export default async function ForgotPasswordPage() {
  await connection();
  if (!env().mail) notFound();
  return (
    <AuthLayout
      title="Forgot your password?"
      aside={
        <>
          We send you a link to choose a new one. <a href="/login">Back to sign-in</a>
        </>
      }
    >
      <ActionForm
        action={forgotPasswordAction}
        submit="Send link"
        fields={[{ name: "email", label: "Email", kind: "email", autoComplete: "username" }]}
      />
    </AuthLayout>
  );
}
