import { PasskeyButton } from "@/components/portal/passkey-button";
import { currentPasswordField } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { AnnouncingForm } from "@/components/ui/announcing-form";
import { Section } from "@/components/ui/section";
import { confirmPasskeyAction, confirmPasswordAction, signInAgainAction } from "./confirm-actions";

type Props = { hasPassword: boolean; hasPasskey: boolean };

export function ConfirmIdentity({ hasPassword, hasPasskey }: Props) {
  return (
    <Section title="Confirm it's you" className="rounded-card border border-line p-5 sm:p-6 lg:col-span-2">
      <p className="mb-5 text-quiet">
        You signed in more than 10 minutes ago. To change how you sign in, confirm that it&apos;s still you.
      </p>
      <div className="grid max-w-xl gap-5">
        {hasPassword && <ActionForm action={confirmPasswordAction} submit="Continue" fields={[currentPasswordField]} />}
        {hasPasskey && <PasskeyButton purpose="reauthentication" action={confirmPasskeyAction} label="Use a passkey" />}
        {!hasPassword && !hasPasskey && (
          <AnnouncingForm action={signInAgainAction}>
            <button className="button button-quiet whitespace-normal">Sign in again with single sign-on</button>
          </AnnouncingForm>
        )}
      </div>
    </Section>
  );
}
