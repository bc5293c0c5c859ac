import { AuthLayout } from "@/components/portal/auth-layout";
import { tags } from "@/components/portal/rich-text";
import { DeadLink } from "@/components/portal/dead-link";
import { getPasswordFields } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { readLink } from "@/lib/auth/email-links";
import { listOtherSignIns } from "@/lib/auth/password-reset";
import { getTranslations } from "@/lib/i18n/request";
import { resetPasswordAction } from "./actions";

export const generateMetadata = async () => ({ title: (await getTranslations("resetPassword"))("title") });

export default async function ResetPasswordPage() {
  const t = await getTranslations("resetPassword");
  const layout = await getTranslations("layout");
  const link = await readLink("reset-password");
  if (!link) return <DeadLink links={{ "/forgot-password": t("newLink"), "/login": layout("signIn") }} />;
  const { isPasskeyRequired, _count } = await listOtherSignIns(link);
  const { newPassword } = await getPasswordFields();
  const options = {
    ...(_count.accounts > 0 && { removeLinks: t("removeLinks") }),
    ...(_count.passkeys > 0 && !isPasskeyRequired && { removePasskeys: t("removePasskeys") }),
  };
  return (
    <AuthLayout title={t("title")} aside={t.rich("aside", { ...tags, email: link.email })}>
      <ActionForm
        action={resetPasswordAction}
        submit={t("submit")}
        hidden={{ link: link.id }}
        fields={[{ ...newPassword, name: "newPassword", label: t("newPassword") }]}
      >
        {Object.keys(options).length > 0 && (
          <fieldset className="col-span-full">
            <legend className="text-sm text-quiet">{t("otherWays")}</legend>
            {Object.entries(options).map(([name, label]) => (
              <label key={name} className="flex min-h-11 items-center gap-3">
                <input type="checkbox" name={name} className="size-4" />
                {label}
              </label>
            ))}
          </fieldset>
        )}
        {isPasskeyRequired && <p className="col-span-full text-sm text-quiet">{t("passkeyRequired")}</p>}
      </ActionForm>
    </AuthLayout>
  );
}
