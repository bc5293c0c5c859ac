import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { ActionForm } from "@/components/ui/action-form";
import { readRegistration } from "@/lib/auth/email-address";
import { getUser } from "@/lib/auth/session";
import { resendAction } from "./actions";

export const metadata = { title: "Check your inbox" };

/** The same for new and existing addresses. */
export default async function CheckInboxPage() {
  if (await getUser()) redirect("/portal");
  const registration = await readRegistration();
  if (!registration) redirect("/register");
  return (
    <AuthLayout
      title="Check your inbox"
      aside={
        <>
          We sent an email to <strong>{registration.email}</strong>. Open the link in it within 24 hours to continue.
        </>
      }
    >
      <p>Nothing there after a few minutes? Look in your spam folder, or have it sent again.</p>
      <ActionForm action={resendAction} submit="Send again" kind="quiet" />
      <p className="text-sm text-quiet">
        Wrong address? <a href="/register">Start again</a>
      </p>
    </AuthLayout>
  );
}
