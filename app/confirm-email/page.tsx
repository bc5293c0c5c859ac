import { AuthLayout } from "@/components/portal/auth-layout";
import { DeadLink } from "@/components/portal/dead-link";
import { SignOutForm } from "@/components/portal/sign-out-form";
import { ActionForm } from "@/components/ui/action-form";
import { needsPassword } from "@/lib/auth/email-address";
import { readLink } from "@/lib/auth/email-links";
import { getUser } from "@/lib/auth/session";
import { confirmEmailAction } from "./actions";

export const metadata = { title: "Confirm your email address" };

/** Confirms on a button press only: mail scanners open links. */
export default async function ConfirmEmailPage() {
  const link = await readLink("confirm-email");
  if (!link) {
    return (
      <DeadLink>
        <a href="/portal/account" className="button button-primary">
          Go to your account
        </a>
        <a href="/register" className="button button-quiet">
          Create an account
        </a>
      </DeadLink>
    );
  }
  const address = <strong className="font-medium text-ink">{link.email}</strong>;
  if (link.purpose === "registration") {
    const isOtherBrowser = await needsPassword(link);
    return (
      <AuthLayout
        title="Confirm your email address"
        aside={
          <>
            This creates your account for {address} and signs you in.
            {isOtherBrowser && " You registered in another browser, so enter the password that you chose there."}
          </>
        }
      >
        <ActionForm
          action={confirmEmailAction}
          submit="Confirm address"
          hidden={{ link: link.hash }}
          fields={
            isOtherBrowser
              ? [{ name: "password", label: "Password", kind: "password", autoComplete: "current-password" }]
              : []
          }
        />
      </AuthLayout>
    );
  }
  const user = await getUser();
  if (!user)
    return (
      <AuthLayout title="Confirm your email address" aside={<>Sign in to your account first to confirm {address}.</>}>
        <p>
          <a href="/login?callbackUrl=/confirm-email" className="button button-primary">
            Sign in
          </a>
        </p>
      </AuthLayout>
    );
  if (user.id !== link.userId)
    return (
      <AuthLayout
        title="This link is for another account"
        aside={`You are signed in as ${user.email}. Sign out, then open the link again.`}
      >
        <SignOutForm>
          <button className="button button-primary">Sign out</button>
        </SignOutForm>
      </AuthLayout>
    );
  return (
    <AuthLayout
      title="Confirm your email address"
      aside={
        link.purpose === "change" ? (
          <>
            {address} becomes the address of your account, in place of {user.email}.
          </>
        ) : (
          <>Confirm that {address} is your address.</>
        )
      }
    >
      <ActionForm action={confirmEmailAction} submit="Confirm address" hidden={{ link: link.hash }} />
    </AuthLayout>
  );
}
