import { AuthLayout } from "@/components/portal/auth-layout";
import { DeadLink } from "@/components/portal/dead-link";
import { PhoneLink } from "@/components/portal/phone-link";
import { ActionForm } from "@/components/ui/action-form";
import { readLink } from "@/lib/auth/email-links";
import { undoEmailChangeAction } from "./actions";

export const metadata = { title: "Restore your email address" };

export default async function UndoEmailChangePage() {
  const link = await readLink("undo-email-change");
  if (!link)
    return (
      <DeadLink>
        <p>
          If you did not change the address of your account, call <PhoneLink />.
        </p>
      </DeadLink>
    );
  return (
    <AuthLayout
      title="Restore your email address"
      aside={
        <>
          <strong>{link.email}</strong> becomes the address of your account again. All sessions end, and you choose a
          new password.
        </>
      }
    >
      <ActionForm action={undoEmailChangeAction} submit="Restore address" hidden={{ link: link.id }} />
    </AuthLayout>
  );
}
