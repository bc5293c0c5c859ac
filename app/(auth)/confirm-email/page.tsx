import { AuthLayout } from "@/components/portal/auth-layout";
import { tags } from "@/components/portal/rich-text";
import { DeadLink } from "@/components/portal/dead-link";
import { getPasswordFields } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { needsPassword } from "@/lib/auth/email-address";
import { readLink } from "@/lib/auth/email-links";
import { getUser } from "@/lib/auth/session";
import { getTranslations } from "@/lib/i18n/request";
import { confirmEmailAction } from "./actions";

export const generateMetadata = async () => ({ title: (await getTranslations("confirmEmail"))("title") });

/** Confirms on a button press only: mail scanners open links. */
export default async function ConfirmEmailPage() {
  const t = await getTranslations("confirmEmail");
  const layout = await getTranslations("layout");
  const link = await readLink("confirm-email");
  const user = await getUser();
  if (!link)
    return (
      <DeadLink
        links={user ? { "/portal/account": t("account") } : { "/login": layout("signIn"), "/register": t("register") }}
      />
    );
  const { email } = link;
  const form = { action: confirmEmailAction, submit: t("submit"), hidden: { link: link.id } };
  if (link.purpose === "registration") {
    const isOtherBrowser = await needsPassword(link);
    const { currentPassword } = await getPasswordFields();
    const aside = t.rich(isOtherBrowser ? "registrationElsewhere" : "registration", { ...tags, email });
    return (
      <AuthLayout title={t("title")} aside={aside}>
        <ActionForm {...form} fields={isOtherBrowser ? [currentPassword] : []} />
      </AuthLayout>
    );
  }
  if (!user)
    return (
      <AuthLayout title={t("title")} aside={t.rich("signInFirst", { ...tags, email })}>
        <p>
          <a href="/login?callbackUrl=/confirm-email" className="button button-primary">
            {layout("signIn")}
          </a>
        </p>
      </AuthLayout>
    );
  if (user.id !== link.userId)
    return (
      <AuthLayout title={t("otherAccount")} aside={t.rich("signOutFirst", { ...tags, email: user.email })}>
        <form action="/sign-out" method="post">
          <button className="button button-primary" data-ends-chat>
            {layout("signOut")}
          </button>
        </form>
      </AuthLayout>
    );
  const aside = t.rich(link.purpose === "change" ? "change" : "address", { ...tags, email, current: user.email });
  return (
    <AuthLayout title={t("title")} aside={aside}>
      <ActionForm {...form} />
    </AuthLayout>
  );
}
