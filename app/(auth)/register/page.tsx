import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { getPasswordFields } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { getUser } from "@/lib/auth/session";
import { getTranslations } from "@/lib/i18n/request";
import { registerAction } from "./actions";

export const generateMetadata = async () => ({ title: (await getTranslations("register"))("title") });

export default async function RegisterPage() {
  if (await getUser()) redirect("/portal");
  const t = await getTranslations("register");
  const { newPassword } = await getPasswordFields();
  return (
    <AuthLayout title={t("title")} aside={t.rich("signIn", { link: (text) => <a href="/login">{text}</a> })}>
      <ActionForm
        action={registerAction}
        submit={t("submit")}
        fields={[
          { name: "firstName", label: t("firstName"), autoComplete: "given-name", isHalfWidth: true },
          { name: "lastName", label: t("lastName"), autoComplete: "family-name", isHalfWidth: true },
          { name: "email", label: t("email"), kind: "email", autoComplete: "username" },
          newPassword,
        ]}
      />
    </AuthLayout>
  );
}
