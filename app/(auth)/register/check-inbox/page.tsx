import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { tags } from "@/components/portal/rich-text";
import { ActionForm } from "@/components/ui/action-form";
import { readRegistration } from "@/lib/auth/email-address";
import { getUser } from "@/lib/auth/session";
import { getTranslations } from "@/lib/i18n/request";
import { resendAction } from "./actions";

export const generateMetadata = async () => ({ title: (await getTranslations("checkInbox"))("title") });

/** The same for new and existing addresses. */
export default async function CheckInboxPage() {
  if (await getUser()) redirect("/portal");
  const registration = await readRegistration();
  if (!registration) redirect("/register");
  const t = await getTranslations("checkInbox");
  return (
    <AuthLayout title={t("title")} aside={t.rich("sent", { ...tags, email: registration.email })}>
      <p>{t("help")}</p>
      <ActionForm action={resendAction} submit={t("submit")} kind="quiet" />
      <p className="text-sm text-quiet">{t.rich("startAgain", { link: (text) => <a href="/register">{text}</a> })}</p>
    </AuthLayout>
  );
}
