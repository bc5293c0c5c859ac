import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { getPasswordFields } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { Notice } from "@/components/ui/notice";
import { toPath, toSafePath } from "@/lib/auth/callback-url";
import { getUser, readSessionToken } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { done, problem, type Outcome } from "@/lib/form";
import { getTranslations } from "@/lib/i18n/request";
import { explainSignInCode } from "@/lib/sign-in-messages";
import { continueWithProviderAction, signInAction } from "./actions";
import { PasskeySignIn } from "./passkey-sign-in";

export const generateMetadata = async () => ({ title: (await getTranslations("login"))("title") });

export default async function LoginPage({ searchParams }: PageProps<"/login">) {
  const query = await searchParams;
  const callbackUrl = toSafePath(toPath([query.callbackUrl].flat()[0] ?? ""));
  if (await getUser()) redirect(callbackUrl);
  const { message } = await findNotice(query, (await readSessionToken()) !== null);
  const t = await getTranslations("login");
  const { currentPassword } = await getPasswordFields();

  return (
    <AuthLayout title={t("heading")} aside={t.rich("register", { link: (text) => <a href="/register">{text}</a> })}>
      {message && <Notice {...message} />}
      <ActionForm
        action={signInAction}
        submit={t("submit")}
        hidden={{ callbackUrl }}
        fields={[
          { name: "email", label: t("email"), kind: "email", autoComplete: "username webauthn" },
          currentPassword,
        ]}
      />
      {env().mail && (
        <p className="-mt-3">
          <a href="/forgot-password">{t("forgotPassword")}</a>
        </p>
      )}
      <div className="grid gap-3 empty:hidden">
        <PasskeySignIn callbackUrl={callbackUrl} hasAutofill />
        {env().oidc && (
          <form action={continueWithProviderAction}>
            <input type="hidden" name="callbackUrl" value={callbackUrl} />
            <button className="button button-quiet">{t("provider")}</button>
          </form>
        )}
      </div>
      {env().isSandboxOn && (
        <section className="grid gap-4 rounded-card border border-dashed border-edge p-5">
          <p className="text-sm text-quiet">{t("demo")}</p>
          {["John Wick", "Jane Doe"].map((name) => {
            const email = `${name.toLowerCase().replace(" ", ".")}@example.com`;
            const hidden = { callbackUrl, email, password: "Portal-demo-1" };
            const form = { hidden, submit: t("continueAs", { name }) };
            return <ActionForm key={name} action={signInAction} kind="quiet" {...form} />;
          })}
        </section>
      )}
    </AuthLayout>
  );
}

type Query = Record<string, string | string[] | undefined>;

async function findNotice(query: Query, hasEnded: boolean): Promise<Outcome> {
  const t = await getTranslations("login");
  switch (query["signed-out"]) {
    case "":
      return done(t("signedOut"));
    case "device":
      return problem(t("signedOutOnDevice"));
    case "here":
      return problem(t("signedOutHere"));
  }
  if (query.error) return problem(await explainSignInCode(String(query.error)));
  if ("registered" in query) return done(t("registered"));
  if ("password-changed" in query) return done(t("passwordChanged"));
  return hasEnded ? problem(t("sessionEnded")) : {};
}
