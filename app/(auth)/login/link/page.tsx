import { notFound, redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { currentPasswordField } from "@/components/portal/password-fields";
import { PhoneLink } from "@/components/portal/phone-link";
import { ActionForm } from "@/components/ui/action-form";
import { readLinkRequest } from "@/lib/auth/provider-accounts";
import { getUser } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { cancelLinkAction, linkAction } from "./actions";

export const metadata = { title: "Link your account" };

export default async function LinkPage() {
  // First, because reading cookies makes the page dynamic: a build has no environment.
  const user = await getUser();
  if (!env().oidc) notFound();
  if (user) redirect("/portal");
  const request = await readLinkRequest();
  if (!request) redirect("/login?error=LinkExpired");

  return (
    <AuthLayout
      title="You already have an account"
      aside={
        <>
          It belongs to <strong>{request.email}</strong>. Enter its password once to use single sign-on for this
          account, too.
        </>
      }
    >
      <ActionForm action={linkAction} submit="Link and sign in" fields={[currentPasswordField]} />
      <div className="border-t border-line pt-6">
        <p className="mb-4 text-sm text-quiet">
          Not your account, or you don&apos;t know its password? Call <PhoneLink />. Nothing is linked without the
          password.
        </p>
        <form action={cancelLinkAction}>
          <button className="button button-quiet">Cancel</button>
        </form>
      </div>
    </AuthLayout>
  );
}
