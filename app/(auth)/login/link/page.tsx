import { notFound, redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { getPasswordFields } from "@/components/portal/password-fields";
import { tags } from "@/components/portal/rich-text";
import { ActionForm } from "@/components/ui/action-form";
import { readLinkRequest } from "@/lib/auth/provider-accounts";
import { getUser } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { getTranslations } from "@/lib/i18n/request";
import { cancelLinkAction, linkAction } from "./actions";

export const generateMetadata = async () => ({ title: (await getTranslations("link"))("title") });

export default async function LinkPage() {
  // First, because reading cookies makes the page dynamic: a build has no environment.
  const user = await getUser();
  if (!env().oidc) notFound();
  if (user) redirect("/portal");
  const request = await readLinkRequest();
  if (!request) redirect("/login?error=LinkExpired");
  const t = await getTranslations("link");
  const { currentPassword } = await getPasswordFields();
  return (
    <AuthLayout title={t("heading")} aside={t.rich("aside", { ...tags, email: request.email })}>
      <ActionForm action={linkAction} submit={t("submit")} fields={[currentPassword]} />
      <div className="border-t border-line pt-6">
        <p className="mb-4 text-sm text-quiet">{t.rich("help", tags)}</p>
        <form action={cancelLinkAction}>
          <button className="button button-quiet">{t("cancel")}</button>
        </form>
      </div>
    </AuthLayout>
  );
}
