import { PasskeyButton } from "@/components/portal/passkey-button";
import { AnnouncingForm } from "@/components/ui/announcing-form";
import { tags } from "@/components/portal/rich-text";
import { Section } from "@/components/ui/section";
import type { PasskeyOverview } from "@/lib/auth/passkeys";
import type { SessionUser } from "@/lib/auth/session";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import { addPasskeyAction, removePasskeyAction, renamePasskeyAction, requirePasskeyAction } from "./passkey-actions";

type Props = { user: SessionUser; overview: PasskeyOverview };

export async function Passkeys({ user, overview: { passkeys, isPasskeyRequired, codesLeft } }: Props) {
  const canChange = user.isRecent;
  const canRequire = canChange && passkeys.length > 0;
  const changes = isPasskeyRequired ? (["new-codes", "stop"] as const) : (["require"] as const);
  const t = await getTranslations("passkeys");
  const { formatMoment, formatMomentDate } = await getFormats();
  return (
    <Section title={t("title")} className="lg:col-span-2">
      <p className="mb-5 text-quiet">{t("intro")}</p>
      {passkeys.length > 0 && (
        <ul className="border-t border-line">
          {passkeys.map(({ id, name, isBackedUp, createdAt, lastUsedAt }) => (
            <li key={id} className="account-row">
              <span className="min-w-0">
                <bdi className="block break-words">{name}</bdi>
                <span className="block text-sm text-quiet">
                  {t("details", {
                    isSynced: isBackedUp ? "yes" : "no",
                    added: formatMomentDate(createdAt),
                    used: lastUsedAt ? formatMoment(lastUsedAt) : "never",
                  })}
                </span>
              </span>
              {canChange && (
                <span className="flex flex-wrap items-start gap-x-6">
                  <details>
                    <summary className="link flex min-h-11 cursor-pointer items-center text-sm">
                      {t.rich("rename", { ...tags, name })}
                    </summary>
                    <AnnouncingForm action={renamePasskeyAction}>
                      <input type="hidden" name="passkey" value={id} />
                      <div className="flex flex-wrap items-end gap-3 pb-3">
                        <label className="text-sm">
                          {t("name")}
                          <input
                            name="name"
                            dir="auto"
                            defaultValue={name}
                            autoComplete="off"
                            className="control mt-1"
                          />
                        </label>
                        <button className="button button-quiet min-h-12">{t("saveName")}</button>
                      </div>
                    </AnnouncingForm>
                  </details>
                  <button
                    form="remove-passkey"
                    name="passkey"
                    value={id}
                    className="link min-h-11 cursor-pointer text-sm"
                  >
                    {t.rich("remove", { ...tags, name })}
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
            label={t("add")}
            fallback={<p className="text-sm text-quiet">{t("unsupported")}</p>}
          />
        </div>
      )}
      <AnnouncingForm action={requirePasskeyAction}>
        <input type="hidden" name="customer" value={user.uniqueIdentifier} />
        {(isPasskeyRequired || canRequire) && (
          <>
            <h3 className="mt-8 text-lg font-medium">{t("requirement")}</h3>
            <p className="mt-1 text-sm text-quiet">
              {isPasskeyRequired ? t("required", { count: codesLeft }) : t("optional")}
            </p>
          </>
        )}
        {canRequire && (
          <div className="mt-5 flex flex-wrap gap-3">
            {changes.map((change) => (
              <button key={change} name="change" value={change} className="button button-quiet whitespace-normal">
                {t(change)}
              </button>
            ))}
          </div>
        )}
      </AnnouncingForm>
    </Section>
  );
}
