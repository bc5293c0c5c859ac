import { notFound } from "next/navigation";
import { connection } from "next/server";
import { AuthLayout } from "@/components/portal/auth-layout";
import { ActionForm } from "@/components/ui/action-form";
import { env } from "@/lib/env";
import { getTranslations } from "@/lib/i18n/request";
import { forgotPasswordAction } from "./actions";

export const generateMetadata = async () => ({ title: (await getTranslations("forgotPassword"))("title") });

export default async function ForgotPasswordPage() {
  await connection();
  if (!env().mail) notFound();
  const t = await getTranslations("forgotPassword");
  return (
    <AuthLayout title={t("title")} aside={t.rich("aside", { link: (text) => <a href="/login">{text}</a> })}>
      <ActionForm
        action={forgotPasswordAction}
        submit={t("submit")}
        fields={[{ name: "email", label: t("email"), kind: "email", autoComplete: "username" }]}
      />
    </AuthLayout>
  );
}
