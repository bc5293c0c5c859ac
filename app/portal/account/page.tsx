import { getPasswordFields } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { AnnouncingForm } from "@/components/ui/announcing-form";
import { Facts } from "@/components/ui/facts";
import { Notice } from "@/components/ui/notice";
import { PageHeading } from "@/components/ui/page-heading";
import { tags } from "@/components/portal/rich-text";
import { Section } from "@/components/ui/section";
import { findRelyingParty, readPasskeyOverview } from "@/lib/auth/passkeys";
import { listProviderLinks } from "@/lib/auth/provider-accounts";
import { requireUser } from "@/lib/auth/session";
import { listSessions } from "@/lib/auth/session-store";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import { EmailAddress } from "./email-address";
import { changePasswordAction, endSessionsAction, removeLinkAction, saveNameAction } from "./actions";
import { ConfirmIdentity } from "./confirm-identity";
import { Passkeys } from "./passkeys";

export const generateMetadata = async () => ({ title: (await getTranslations("portalLayout"))("account") });

export default async function AccountPage({ searchParams }: PageProps<"/portal/account">) {
  const user = await requireUser();
  const isJustConfirmed = "email-confirmed" in (await searchParams) && user.emailConfirmedAt !== null;
  const [{ sessions, total }, links, overview] = await Promise.all([
    listSessions(user),
    listProviderLinks(user),
    readPasskeyOverview(user),
  ]);
  const { hasPassword, isPasskeyRequired, passkeys } = overview;
  const t = await getTranslations("account");
  const sessionText = await getTranslations("sessions");
  const { currentPassword, newPassword } = await getPasswordFields();
  const { formatMoment, formatMonth } = await getFormats();
  const nameDevice = (device: string) => {
    const [browser = "", system] = device.split("|");
    return system ? sessionText("device", { browser, system }) : browser;
  };
  const listed = sessions.toSorted((a, b) => Number(b.id === user.sessionId) - Number(a.id === user.sessionId));
  return (
    <>
      <PageHeading title={t("title")}>{t("intro")}</PageHeading>
      {isJustConfirmed && (
        <div className="mb-10">
          <Notice kind="done" text={t("emailConfirmed", { email: user.email })} />
        </div>
      )}
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-[3fr_2fr]">
        <Section title={t("name")}>
          <ActionForm
            hidden={{ customer: user.uniqueIdentifier }}
            action={saveNameAction}
            submit={t("saveName")}
            values={{ firstName: user.firstName, lastName: user.lastName }}
            fields={[
              { name: "firstName", label: t("firstName"), autoComplete: "given-name", isHalfWidth: true },
              { name: "lastName", label: t("lastName"), autoComplete: "family-name", isHalfWidth: true },
            ]}
          />
        </Section>
        <Section title={t("details")}>
          <Facts facts={{ [t("plan")]: t(`plans.${user.plan}`), [t("customerSince")]: formatMonth(user.createdAt) }} />
          <p className="mt-5 text-sm text-quiet">{t.rich("changePlan", tags)}</p>
        </Section>
        <EmailAddress user={user} hasPassword={hasPassword} />
        <Section title={t(hasPassword ? "password" : "signIn")}>
          {hasPassword ? (
            <ActionForm
              hidden={{ customer: user.uniqueIdentifier }}
              action={changePasswordAction}
              submit={t("changePassword")}
              fields={[
                { ...currentPassword, name: "currentPassword", label: t("currentPassword") },
                { ...newPassword, name: "newPassword", label: t("newPassword") },
              ]}
            >
              {links.length > 0 && (
                <label className="col-span-full flex min-h-11 items-center gap-3 text-sm">
                  <input type="checkbox" name="removeLinks" className="size-4" />
                  {t("removeLinks")}
                </label>
              )}
            </ActionForm>
          ) : (
            <p className="border-t border-line pt-4">{t("noPassword")}</p>
          )}
        </Section>
        <AnnouncingForm action={removeLinkAction}>
          {links.length > 0 && (
            <Section title={t("links")}>
              <ul className="border-t border-line">
                {links.map(({ id, issuer }) => (
                  <li key={id} className="account-row">
                    <bdi dir="ltr" className="min-w-0 break-words">
                      {nameIssuer(issuer)}
                    </bdi>
                    {hasPassword && user.isRecent && (
                      <button name="linkId" value={id} className="link min-h-11 cursor-pointer text-sm">
                        {t.rich("removeLink", { ...tags, issuer: nameIssuer(issuer) })}
                      </button>
                    )}
                  </li>
                ))}
              </ul>
              <p className="mt-4 text-sm text-quiet">{t(hasPassword ? "linksHint" : "onlyLinkHint")}</p>
            </Section>
          )}
        </AnnouncingForm>
        {hasPassword && !user.isRecent && (
          <ConfirmIdentity isPasswordEnough={!isPasskeyRequired} hasPasskey={passkeys.length > 0} />
        )}
        {hasPassword && findRelyingParty() && <Passkeys user={user} overview={overview} />}
        <Section title={sessionText("title")} className="lg:col-span-2">
          <AnnouncingForm action={endSessionsAction}>
            <ul className="border-t border-line">
              {listed.map(({ id, device, network, lastSeenAt }) => (
                <li key={id} className="account-row">
                  <span>
                    <bdi className="block">{nameDevice(device)}</bdi>
                    <span className="block text-sm text-quiet">
                      {sessionText.rich(id === user.sessionId ? "thisDevice" : "lastUsed", {
                        ...tags,
                        at: formatMoment(lastSeenAt),
                        network: network ?? "none",
                      })}
                    </span>
                  </span>
                  {id !== user.sessionId && (
                    <button name="end" value={id} className="link min-h-11 cursor-pointer text-sm">
                      {sessionText.rich("end", { ...tags, device: nameDevice(device) })}
                    </button>
                  )}
                </li>
              ))}
            </ul>
            {total > sessions.length && (
              <p className="mt-3 text-sm text-quiet">{sessionText("shown", { shown: sessions.length, total })}</p>
            )}
            <p className="mt-4 text-sm text-quiet">{sessionText("hint")}</p>
            {total > 1 && (
              <button name="end" value="others" className="button button-quiet mt-5">
                {sessionText("endOthers")}
              </button>
            )}
          </AnnouncingForm>
          <form action="/sign-out" method="post">
            <input type="hidden" name="everywhere" value="yes" />
            <p className="mt-6 mb-3 text-sm text-quiet">{sessionText("endAllHint")}</p>
            <button className="button button-quiet" data-ends-chat>
              {sessionText("endAll")}
            </button>
          </form>
        </Section>
      </div>
    </>
  );
}

const nameIssuer = (issuer: string) => (URL.canParse(issuer) ? new URL(issuer).host : issuer);
