import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { DoorPage } from "@/components/portal/door-page";
import { PhoneLink } from "@/components/portal/phone-link";
import { ActionForm } from "@/components/ui/action-form";
import { buttonClass } from "@/components/ui/button";
import { readLinkRequest } from "@/lib/auth/link-request";
import { getUser } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { cancelLinkAction, linkAction } from "./actions";

export const metadata: Metadata = { title: "Link your account" };

/** For somebody whose e-mail at the identity provider is that of an account with a password: nothing is linked without it. */
export default async function LinkPage() {
  // First, because it reads cookies: a build, which has no environment, renders no further.
  const user = await getUser();
  if (!env().oidc) notFound();
  if (user) redirect("/portal");
  const request = await readLinkRequest();
  if (!request) redirect("/login?error=LinkExpired");

  return (
    <DoorPage
      title="You have an account already"
      aside={
        <>
          It belongs to <strong className="font-medium text-ink">{request.email}</strong> and has a password. Enter it
          once, and from then on single sign-on leads to this account, too.
        </>
      }
    >
      <ActionForm
        action={linkAction}
        submit="Link and sign in"
        fields={[{ name: "password", label: "Password", kind: "password", autoComplete: "current-password" }]}
      />
      <div className="mt-8 border-t border-line pt-6">
        <p className="mb-4 text-sm text-quiet">
          Not your account, or no idea of its password? Call us: <PhoneLink />. Without the password, nothing is linked.
        </p>
        <form action={cancelLinkAction}>
          <button className={buttonClass("quiet")}>Cancel</button>
        </form>
      </div>
    </DoorPage>
  );
}
