import { AuthLayout, strong } from "@/components/portal/auth-layout";
import { DeadLink } from "@/components/portal/dead-link";
import { PhoneLink } from "@/components/portal/phone-link";
import { ActionForm } from "@/components/ui/action-form";
import { readLink } from "@/lib/auth/email-links";
import { getTranslations } from "@/lib/i18n/request";
import { undoEmailChangeAction } from "./actions";

export const generateMetadata = async () => ({ title: (await getTranslations("undoEmailChange"))("title") });

export default async function UndoEmailChangePage() {
  const t = await getTranslations("undoEmailChange");
  const link = await readLink("undo-email-change");
  if (!link)
    return (
      <DeadLink>
        <p>{t.rich("help", { phone: () => <PhoneLink /> })}</p>
      </DeadLink>
    );
  return (
    <AuthLayout title={t("title")} aside={t.rich("aside", { email: link.email, strong })}>
      <ActionForm action={undoEmailChangeAction} submit={t("submit")} hidden={{ link: link.id }} />
    </AuthLayout>
  );
}
