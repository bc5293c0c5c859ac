import { PasskeyButton } from "@/components/portal/passkey-button";
import { currentPasswordField } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { Section } from "@/components/ui/section";
import { findRelyingParty } from "@/lib/auth/passkeys";
import { confirmPasskeyAction, confirmPasswordAction } from "./confirm-actions";

type Props = { isPasswordEnough: boolean; hasPasskey: boolean };

export function ConfirmIdentity({ isPasswordEnough, hasPasskey }: Props) {
  return (
    <Section title="Confirm it's you" className="rounded-card border border-line p-5 sm:p-6 lg:col-span-2">
      <p className="mb-5 text-quiet">
        To change how you sign in, confirm that it&apos;s still you. This holds for 10 minutes.
      </p>
      <div className="grid max-w-xl gap-5">
        {isPasswordEnough && (
          <ActionForm action={confirmPasswordAction} submit="Continue" fields={[currentPasswordField]} />
        )}
        {hasPasskey && findRelyingParty() && (
          <PasskeyButton purpose="reauthentication" action={confirmPasskeyAction} label="Use a passkey" />
        )}
        {!isPasswordEnough && (
          <p className="text-sm text-quiet">
            Lost your passkey? Sign out, then sign in with your password and a recovery code.
          </p>
        )}
      </div>
    </Section>
  );
}
