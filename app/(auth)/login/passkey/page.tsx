import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { tags } from "@/components/portal/rich-text";
import { ActionForm } from "@/components/ui/action-form";
import { toSafePath } from "@/lib/auth/callback-url";
import { passwordProof } from "@/lib/auth/recovery-codes";
import { getUser } from "@/lib/auth/session";
import { getTranslations } from "@/lib/i18n/request";
import { PasskeySignIn } from "../passkey-sign-in";
import { recoveryCodeAction } from "./actions";

export const generateMetadata = async () => ({ title: (await getTranslations("passkeyStep"))("title") });

export default async function PasskeyPage({ searchParams }: PageProps<"/login/passkey">) {
  const callbackUrl = toSafePath([(await searchParams).callbackUrl].flat()[0]);
  if (await getUser()) redirect(callbackUrl);
  if (!(await passwordProof.read())) redirect(`/login?${new URLSearchParams({ callbackUrl })}`);
  const t = await getTranslations("passkeyStep");
  return (
    <AuthLayout title={t("title")} aside={t("aside")}>
      <PasskeySignIn callbackUrl={callbackUrl} kind="primary" />
      <section className="border-t border-line pt-8">
        <h2>{t("lost")}</h2>
        <p className="mt-2 mb-6 text-sm text-quiet">{t.rich("recovery", tags)}</p>
        <ActionForm
          action={recoveryCodeAction}
          submit={t("submit")}
          kind="quiet"
          hidden={{ callbackUrl }}
          fields={[{ name: "code", label: t("code"), autoComplete: "off" }]}
        />
      </section>
    </AuthLayout>
  );
}
