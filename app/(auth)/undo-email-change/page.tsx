import { AuthLayout } from "@/components/portal/auth-layout";
import { DeadLink } from "@/components/portal/dead-link";
import { tags } from "@/components/portal/rich-text";
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
        <p>{t.rich("help", tags)}</p>
      </DeadLink>
    );
  return (
    <AuthLayout title={t("title")} aside={t.rich("aside", { ...tags, email: link.email })}>
      <ActionForm action={undoEmailChangeAction} submit={t("submit")} hidden={{ link: link.id }} />
    </AuthLayout>
  );
}
