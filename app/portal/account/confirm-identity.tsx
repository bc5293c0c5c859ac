import { PasskeyButton } from "@/components/portal/passkey-button";
import { getPasswordFields } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { Section } from "@/components/ui/section";
import { findRelyingParty } from "@/lib/auth/passkeys";
import { getTranslations } from "@/lib/i18n/request";
import { confirmPasskeyAction, confirmPasswordAction } from "./confirm-actions";

type Props = { isPasswordEnough: boolean; hasPasskey: boolean };

export async function ConfirmIdentity({ isPasswordEnough, hasPasskey }: Props) {
  const t = await getTranslations("confirmIdentity");
  const { currentPassword } = await getPasswordFields();
  return (
    <Section title={t("title")} className="rounded-card border border-line p-5 sm:p-6 lg:col-span-2">
      <p className="mb-5 text-quiet">{t("intro")}</p>
      <div className="grid max-w-xl gap-5">
        {isPasswordEnough && (
          <ActionForm action={confirmPasswordAction} submit={t("submit")} fields={[currentPassword]} />
        )}
        {hasPasskey && findRelyingParty() && (
          <PasskeyButton purpose="reauthentication" action={confirmPasskeyAction} label={t("passkey")} />
        )}
        {!isPasswordEnough && <p className="text-sm text-quiet">{t("lostPasskey")}</p>}
      </div>
    </Section>
  );
}
