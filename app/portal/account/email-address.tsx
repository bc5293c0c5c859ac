import { tags } from "@/components/portal/rich-text";
import { ActionForm } from "@/components/ui/action-form";
import { AnnouncingForm } from "@/components/ui/announcing-form";
import { Section } from "@/components/ui/section";
import type { SessionUser } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { getTranslations } from "@/lib/i18n/request";
import { changeEmailAction, sendConfirmationAction } from "./actions";

type Props = { user: SessionUser; hasPassword: boolean };

export async function EmailAddress({ user, hasPassword }: Props) {
  const t = await getTranslations("emailAddress");
  const canMail = env().mail !== null;
  return (
    <Section title={t("title")}>
      <div className="account-row border-t">
        <p className="min-w-0">
          <span translate="no" className="block">
            <bdi dir="ltr">{user.email}</bdi>
          </span>
          <span className="block text-sm text-quiet">{t(user.emailConfirmedAt ? "confirmed" : "notConfirmed")}</span>
        </p>
      </div>
      {canMail && !user.emailConfirmedAt && (
        <AnnouncingForm action={sendConfirmationAction}>
          <button className="button button-quiet mt-5">{t("sendLink")}</button>
        </AnnouncingForm>
      )}
      {canMail && hasPassword && user.isRecent ? (
        <div className="mt-6">
          <ActionForm
            hidden={{ customer: user.uniqueIdentifier }}
            action={changeEmailAction}
            submit={t("change")}
            fields={[{ name: "newEmail", label: t("newEmail"), kind: "email", autoComplete: "email" }]}
          />
        </div>
      ) : (
        <p className="mt-5 text-sm text-quiet">{canMail && hasPassword ? t("confirmFirst") : t.rich("call", tags)}</p>
      )}
    </Section>
  );
}
