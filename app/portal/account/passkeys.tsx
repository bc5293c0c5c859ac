import { PasskeyButton } from "@/components/portal/passkey-button";
import { AnnouncingForm } from "@/components/ui/announcing-form";
import { Section } from "@/components/ui/section";
import type { PasskeyOverview } from "@/lib/auth/passkeys";
import type { SessionUser } from "@/lib/auth/session";
import { formatMoment, formatMomentDate } from "@/lib/format";
import { addPasskeyAction, removePasskeyAction, renamePasskeyAction, requirePasskeyAction } from "./passkey-actions";

type Props = { user: SessionUser; overview: PasskeyOverview };

export function Passkeys({ user, overview: { passkeys, isPasskeyRequired, codesLeft } }: Props) {
  const canChange = user.isRecent;
  const canRequire = canChange && passkeys.length > 0;
  const requirements = isPasskeyRequired
    ? { "new-codes": "Create new recovery codes", stop: "Stop requiring a passkey" }
    : { require: "Require a passkey after the password" };
  return (
    <Section title="Passkeys" className="lg:col-span-2">
      <p className="mb-5 text-quiet">
        Sign in with your fingerprint, your face or your device&apos;s PIN. Nobody can guess a passkey, and it works on
        no other site.
      </p>
      {passkeys.length > 0 && (
        <ul className="border-t border-line">
          {passkeys.map(({ id, name, isBackedUp, createdAt, lastUsedAt }) => (
            <li key={id} className="account-row">
              <span className="min-w-0">
                <span className="block break-words">{name}</span>
                <span className="block text-sm text-quiet">
                  {[
                    isBackedUp ? "Synced" : "On this device only",
                    `added ${formatMomentDate(createdAt)}`,
                    lastUsedAt ? `last used ${formatMoment(lastUsedAt)}` : "not used yet",
                  ].join(", ")}
                </span>
              </span>
              {canChange && (
                <span className="flex flex-wrap items-start gap-x-6">
                  <details>
                    <summary className="link flex min-h-11 cursor-pointer items-center text-sm">
                      Rename<span className="sr-only">{` ${name}`}</span>
                    </summary>
                    <AnnouncingForm action={renamePasskeyAction}>
                      <input type="hidden" name="passkey" value={id} />
                      <div className="flex flex-wrap items-end gap-3 pb-3">
                        <label className="text-sm">
                          Name
                          <input name="name" defaultValue={name} autoComplete="off" className="control mt-1" />
                        </label>
                        <button className="button button-quiet min-h-12">Save name</button>
                      </div>
                    </AnnouncingForm>
                  </details>
                  <button
                    form="remove-passkey"
                    name="passkey"
                    value={id}
                    className="link min-h-11 cursor-pointer text-sm"
                  >
                    Remove<span className="sr-only">{` passkey ${name}`}</span>
                  </button>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      <AnnouncingForm id="remove-passkey" action={removePasskeyAction} />
      {canChange && (
        <div className="mt-5">
          <PasskeyButton
            purpose="registration"
            action={addPasskeyAction}
            label="Add a passkey"
            fallback={<p className="text-sm text-quiet">This browser has no passkeys. Add one in another browser.</p>}
          />
        </div>
      )}
      <AnnouncingForm action={requirePasskeyAction}>
        <input type="hidden" name="customer" value={user.uniqueIdentifier} />
        {(isPasskeyRequired || canRequire) && (
          <>
            <h3 className="mt-8 text-lg font-medium">Passkey after the password</h3>
            <p className="mt-1 text-sm text-quiet">
              {isPasskeyRequired
                ? `Your password alone does not sign in. ${codesLeft} of your recovery codes ${codesLeft === 1 ? "is" : "are"} left, for when you lose your passkeys.`
                : "You can require a passkey after the password, so that the password alone is useless to others. You get recovery codes in case you lose your passkeys."}
            </p>
          </>
        )}
        {canRequire && (
          <div className="mt-5 flex flex-wrap gap-3">
            {Object.entries(requirements).map(([change, label]) => (
              <button key={change} name="change" value={change} className="button button-quiet whitespace-normal">
                {label}
              </button>
            ))}
          </div>
        )}
      </AnnouncingForm>
    </Section>
  );
}
