import { PhoneLink } from "@/components/portal/phone-link";
import { ActionForm } from "@/components/ui/action-form";
import { AnnouncingForm } from "@/components/ui/announcing-form";
import { Section } from "@/components/ui/section";
import type { SessionUser } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { changeEmailAction, sendConfirmationAction } from "./actions";

type Props = { user: SessionUser; hasPassword: boolean };

export function EmailAddress({ user, hasPassword }: Props) {
  const canMail = env().mail !== null;
  return (
    <Section title="Your email address">
      <div className="account-row border-t">
        <p className="min-w-0">
          <span translate="no" className="block">
            {user.email}
          </span>
          <span className="block text-sm text-quiet">
            {user.emailConfirmedAt ? "Confirmed" : "Not confirmed: our agents don't see it in the chat."}
          </span>
        </p>
      </div>
      {canMail && !user.emailConfirmedAt && (
        <AnnouncingForm action={sendConfirmationAction}>
          <button className="button button-quiet mt-5">Send confirmation link</button>
        </AnnouncingForm>
      )}
      {canMail && hasPassword && user.isRecent ? (
        <div className="mt-6">
          <ActionForm
            hidden={{ customer: user.uniqueIdentifier }}
            action={changeEmailAction}
            submit="Change address"
            fields={[{ name: "newEmail", label: "New email address", kind: "email", autoComplete: "email" }]}
          />
        </div>
      ) : (
        <p className="mt-5 text-sm text-quiet">
          {canMail && hasPassword ? (
            "To change it, confirm that it's you, further down."
          ) : (
            <>
              To change it, ask us in the chat or call <PhoneLink />.
            </>
          )}
        </p>
      )}
    </Section>
  );
}
