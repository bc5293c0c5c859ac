import { AuthLayout } from "@/components/portal/auth-layout";
import { DeadLink } from "@/components/portal/dead-link";
import { currentPasswordField } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { needsPassword } from "@/lib/auth/email-address";
import { readLink } from "@/lib/auth/email-links";
import { getUser } from "@/lib/auth/session";
import { confirmEmailAction } from "./actions";

const TITLE = "Confirm your email address";

export const metadata = { title: TITLE };

/** Confirms on a button press only: mail scanners open links. */
export default async function ConfirmEmailPage() {
  const link = await readLink("confirm-email");
  const user = await getUser();
  if (!link)
    return (
      <DeadLink
        links={
          user ? { "/portal/account": "Go to your account" } : { "/login": "Sign in", "/register": "Create an account" }
        }
      />
    );
  const address = <strong>{link.email}</strong>;
  const form = { action: confirmEmailAction, submit: "Confirm address", hidden: { link: link.id } };
  if (link.purpose === "registration") {
    const isOtherBrowser = await needsPassword(link);
    return (
      <AuthLayout
        title={TITLE}
        aside={
          <>
            This creates your account for {address} and signs you in.
            {isOtherBrowser && " You registered in another browser, so enter the password that you chose there."}
          </>
        }
      >
        <ActionForm {...form} fields={isOtherBrowser ? [currentPasswordField] : []} />
      </AuthLayout>
    );
  }
  if (!user)
    return (
      <AuthLayout title={TITLE} aside={<>Sign in to your account first to confirm {address}.</>}>
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
        <form action="/sign-out" method="post">
          <button className="button button-primary" data-ends-chat>
            Sign out
          </button>
        </form>
      </AuthLayout>
    );
  const change = link.purpose === "change" && <>It replaces {user.email} as the address of your account.</>;
  return (
    <AuthLayout
      title={TITLE}
      aside={
        <>
          Confirm that {address} is your address. {change}
        </>
      }
    >
      <ActionForm {...form} />
    </AuthLayout>
  );
}
