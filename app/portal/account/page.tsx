import type { Metadata } from "next";
import { PhoneLink } from "@/components/portal/phone-link";
import { SignOutButton } from "@/components/portal/sign-out-button";
import { ActionForm } from "@/components/ui/action-form";
import { buttonClass } from "@/components/ui/button";
import { PageHeading } from "@/components/ui/page-heading";
import { requireUser } from "@/lib/auth/session";
import { hasPassword } from "@/lib/auth/users";
import { formatMomentDate, formatMomentTime, formatMonth } from "@/lib/portal/format";
import { listMints, REMEMBERED_DAYS } from "@/lib/portal/identity-mints";
import { changePasswordAction, endAllSessionsAction, saveNameAction } from "./actions";

export const metadata: Metadata = { title: "Account" };

const PLAN_NAMES = { standard: "Standard", premium: "Premium" };

export default async function AccountPage() {
  const user = await requireUser("/portal/account");
  const [mints, isPasswordHere] = await Promise.all([listMints(user), hasPassword(user)]);
  return (
    <>
      <PageHeading title="Your account">How we address you, what we know you by, and who can get in.</PageHeading>
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <section className="max-w-xl">
          <h2 className="mb-5">Your name</h2>
          <ActionForm
            action={saveNameAction}
            submit="Save changes"
            values={{ firstName: user.firstName, lastName: user.lastName }}
            fields={[
              { name: "firstName", label: "First name", autoComplete: "given-name", isHalfWidth: true },
              { name: "lastName", label: "Last name", autoComplete: "family-name", isHalfWidth: true },
            ]}
          />
        </section>
        <section>
          <h2 className="mb-5">What stays as it is</h2>
          <dl className="grid gap-4 border-t border-line pt-4">
            <div>
              <dt className="text-sm text-quiet">E-mail</dt>
              <dd>{user.email}</dd>
            </div>
            <div>
              <dt className="text-sm text-quiet">Plan</dt>
              <dd>{PLAN_NAMES[user.plan]}</dd>
            </div>
            <div>
              <dt className="text-sm text-quiet">Customer since</dt>
              <dd className="tabular-nums">{formatMonth(user.createdAt)}</dd>
            </div>
          </dl>
          <p className="mt-5 text-sm text-quiet">
            To change your e-mail address or your plan, ask us in the chat or call <PhoneLink />.
          </p>
        </section>
        <section className="max-w-xl">
          <h2 className="mb-5">{isPasswordHere ? "Your password" : "How you sign in"}</h2>
          {isPasswordHere ? (
            <ActionForm
              action={changePasswordAction}
              submit="Change password"
              fields={[
                {
                  name: "currentPassword",
                  label: "Current password",
                  kind: "password",
                  autoComplete: "current-password",
                },
                {
                  name: "newPassword",
                  label: "New password",
                  kind: "password",
                  autoComplete: "new-password",
                  hint: "At least 10 characters. Long is better than complicated.",
                },
              ]}
            />
          ) : (
            <p className="border-t border-line pt-4">
              You come in by single sign-on, so you have no password here. Change it where single sign-on asks you for
              it.
            </p>
          )}
        </section>
        <section>
          <h2 className="mb-5">Where you are signed in</h2>
          <p className="mb-5 border-t border-line pt-4">
            Did you leave yourself signed in somewhere, or lose a phone? This ends every session of yours, on every
            device, and the chat with it. You sign in again afterwards.
          </p>
          <SignOutButton action={endAllSessionsAction} className={buttonClass("quiet")}>
            End all sessions
          </SignOutButton>
        </section>
        <section className="lg:col-span-2">
          <h2 className="mb-5">Where your chat identity was used</h2>
          {mints.length === 0 ? (
            <p className="border-t border-line pt-4 text-quiet">
              Nowhere yet. Each time a page opens the chat for you, it is noted here.
            </p>
          ) : (
            <ul className="border-t border-line">
              {mints.map(({ tokenId, device, network, mintedAt }, index) => (
                <li
                  key={`${tokenId} ${index}`}
                  className="flex flex-wrap justify-between gap-x-8 border-b border-line py-3 tabular-nums"
                >
                  <span>{device}</span>
                  <span className="text-quiet">
                    {network && `${network}, `}
                    {formatMomentDate(mintedAt)}, {formatMomentTime(mintedAt)}
                  </span>
                </li>
              ))}
            </ul>
          )}
          <p className="mt-4 text-sm text-quiet">
            A page asks for it when you come, and every few hours while it is open. We remember {REMEMBERED_DAYS} days.
            If you see a device that is not yours, end all sessions and change your password.
          </p>
        </section>
      </div>
    </>
  );
}
