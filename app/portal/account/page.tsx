import { currentPasswordField, newPasswordField } from "@/components/portal/password-fields";
import { PhoneLink } from "@/components/portal/phone-link";
import { ActionForm } from "@/components/ui/action-form";
import { AnnouncingForm } from "@/components/ui/announcing-form";
import { Facts } from "@/components/ui/facts";
import { Notice } from "@/components/ui/notice";
import { PageHeading } from "@/components/ui/page-heading";
import { Section } from "@/components/ui/section";
import { findRelyingParty, readPasskeyOverview } from "@/lib/auth/passkeys";
import { listProviderLinks } from "@/lib/auth/provider-accounts";
import { requireUser } from "@/lib/auth/session";
import { listSessions } from "@/lib/auth/session-store";
import { formatMoment, formatMonth } from "@/lib/format";
import { EmailAddress } from "./email-address";
import { changePasswordAction, endSessionsAction, removeLinkAction, saveNameAction } from "./actions";
import { ConfirmIdentity } from "./confirm-identity";
import { Passkeys } from "./passkeys";

export const metadata = { title: "Account" };

const PLAN_NAMES = { standard: "Standard", premium: "Premium" };

export default async function AccountPage({ searchParams }: PageProps<"/portal/account">) {
  const user = await requireUser();
  const isJustConfirmed = "email-confirmed" in (await searchParams) && user.emailConfirmedAt !== null;
  const [{ sessions, total }, links, overview] = await Promise.all([
    listSessions(user),
    listProviderLinks(user),
    readPasskeyOverview(user),
  ]);
  const { hasPassword, isPasskeyRequired, passkeys } = overview;
  const listed = sessions.toSorted((a, b) => Number(b.id === user.sessionId) - Number(a.id === user.sessionId));
  return (
    <>
      <PageHeading title="Your account">Your name, email address and ways to sign in.</PageHeading>
      {isJustConfirmed && (
        <div className="mb-10">
          <Notice kind="done" text={`Your address ${user.email} is confirmed.`} />
        </div>
      )}
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <Section title="Your name">
          <ActionForm
            hidden={{ customer: user.uniqueIdentifier }}
            action={saveNameAction}
            submit="Save changes"
            values={{ firstName: user.firstName, lastName: user.lastName }}
            fields={[
              { name: "firstName", label: "First name", autoComplete: "given-name", isHalfWidth: true },
              { name: "lastName", label: "Last name", autoComplete: "family-name", isHalfWidth: true },
            ]}
          />
        </Section>
        <Section title="Your details">
          <Facts facts={{ Plan: PLAN_NAMES[user.plan], "Customer since": formatMonth(user.createdAt) }} />
          <p className="mt-5 text-sm text-quiet">
            To change your plan, ask us in the chat or call <PhoneLink />.
          </p>
        </Section>
        <EmailAddress user={user} hasPassword={hasPassword} />
        <Section title={hasPassword ? "Your password" : "How you sign in"}>
          {hasPassword ? (
            <ActionForm
              hidden={{ customer: user.uniqueIdentifier }}
              action={changePasswordAction}
              submit="Change password"
              fields={[
                { ...currentPasswordField, name: "currentPassword", label: "Current password" },
                { ...newPasswordField, name: "newPassword", label: "New password" },
              ]}
            >
              {links.length > 0 && (
                <label className="col-span-full flex min-h-11 items-center gap-3 text-sm">
                  <input type="checkbox" name="removeLinks" className="size-4" />
                  Also remove single sign-on
                </label>
              )}
            </ActionForm>
          ) : (
            <p className="border-t border-line pt-4">
              You sign in with single sign-on, so there is no password to manage here.
            </p>
          )}
        </Section>
        <AnnouncingForm action={removeLinkAction}>
          {links.length > 0 && (
            <Section title="Single sign-on">
              <ul className="border-t border-line">
                {links.map(({ id, issuer }) => (
                  <li key={id} className="account-row">
                    <span className="min-w-0 break-words">{nameIssuer(issuer)}</span>
                    {hasPassword && user.isRecent && (
                      <button name="linkId" value={id} className="link min-h-11 cursor-pointer text-sm">
                        Remove<span className="sr-only">{` single sign-on at ${nameIssuer(issuer)}`}</span>
                      </button>
                    )}
                  </li>
                ))}
              </ul>
              <p className="mt-4 text-sm text-quiet">
                {hasPassword
                  ? "You can also sign in to this account there. If you did not add it, remove it and change your password."
                  : "This is the only way to sign in to your account, so it cannot be removed."}
              </p>
            </Section>
          )}
        </AnnouncingForm>
        {hasPassword && !user.isRecent && (
          <ConfirmIdentity isPasswordEnough={!isPasskeyRequired} hasPasskey={passkeys.length > 0} />
        )}
        {hasPassword && findRelyingParty() && <Passkeys user={user} overview={overview} />}
        <Section title="Where you are signed in" className="lg:col-span-2">
          <AnnouncingForm action={endSessionsAction}>
            <ul className="border-t border-line">
              {listed.map(({ id, device, network, lastSeenAt }) => (
                <li key={id} className="account-row">
                  <span>
                    <span className="block">{device}</span>
                    <span className="block text-sm text-quiet">
                      {[id === user.sessionId ? "This device" : `Last used ${formatMoment(lastSeenAt)}`, network]
                        .filter(Boolean)
                        .join(", ")}
                    </span>
                  </span>
                  {id !== user.sessionId && (
                    <button name="end" value={id} className="link min-h-11 cursor-pointer text-sm">
                      End session<span className="sr-only">{` of ${device}`}</span>
                    </button>
                  )}
                </li>
              ))}
            </ul>
            {total > sessions.length && (
              <p className="mt-3 text-sm text-quiet">{`Showing the ${sessions.length} most recently used of ${total} sessions.`}</p>
            )}
            <p className="mt-4 text-sm text-quiet">
              If you see a device that you don&apos;t recognise, end its session and change your password.
            </p>
            {total > 1 && (
              <button name="end" value="others" className="button button-quiet mt-5">
                End other sessions
              </button>
            )}
          </AnnouncingForm>
          <form action="/sign-out" method="post">
            <input type="hidden" name="everywhere" value="yes" />
            <p className="mt-6 mb-3 text-sm text-quiet">This ends all sessions, including this one.</p>
            <button className="button button-quiet" data-ends-chat>
              End all sessions
            </button>
          </form>
        </Section>
      </div>
    </>
  );
}

const nameIssuer = (issuer: string) => (URL.canParse(issuer) ? new URL(issuer).host : issuer);
