import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { currentPasswordField } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { Notice } from "@/components/ui/notice";
import { toPath, toSafePath } from "@/lib/auth/callback-url";
import { getUser, readSessionToken } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { done, problem, type Outcome } from "@/lib/form";
import { explainSignInCode } from "@/lib/sign-in-messages";
import { continueWithProviderAction, signInAction } from "./actions";
import { PasskeySignIn } from "./passkey-sign-in";

export const metadata = { title: "Sign in" };

export default async function LoginPage({ searchParams }: PageProps<"/login">) {
  const query = await searchParams;
  const callbackUrl = toSafePath(toPath([query.callbackUrl].flat()[0] ?? ""));
  if (await getUser()) redirect(callbackUrl);
  const { message } = findNotice(query, (await readSessionToken()) !== null);

  return (
    <AuthLayout
      title="Welcome back"
      aside={
        <>
          New to the portal? <a href="/register">Create an account</a>
        </>
      }
    >
      {message && <Notice {...message} />}
      <ActionForm
        action={signInAction}
        submit="Sign in"
        hidden={{ callbackUrl }}
        fields={[
          { name: "email", label: "Email", kind: "email", autoComplete: "username webauthn" },
          currentPasswordField,
        ]}
      />
      {env().mail && (
        <p className="-mt-3">
          <a href="/forgot-password">Forgot your password?</a>
        </p>
      )}
      <div className="grid gap-3 empty:hidden">
        <PasskeySignIn callbackUrl={callbackUrl} hasAutofill />
        {env().oidc && (
          <form action={continueWithProviderAction}>
            <input type="hidden" name="callbackUrl" value={callbackUrl} />
            <button className="button button-quiet w-full">Continue with single sign-on</button>
          </form>
        )}
      </div>
      {env().isSandboxOn && (
        <section className="grid gap-4 rounded-card border border-dashed border-edge p-5">
          <p className="text-sm text-quiet">This is a demo with two customers.</p>
          {["John Wick", "Jane Doe"].map((name) => {
            const email = `${name.toLowerCase().replace(" ", ".")}@example.com`;
            const form = { submit: `Continue as ${name}`, hidden: { callbackUrl, email, password: "Portal-demo-1" } };
            return <ActionForm key={name} action={signInAction} kind="quiet" {...form} />;
          })}
        </section>
      )}
    </AuthLayout>
  );
}

function findNotice(query: Record<string, string | string[] | undefined>, hasEnded: boolean): Outcome {
  switch (query["signed-out"]) {
    case "":
      return done("You are signed out. Your account and your chat are no longer visible on this device.");
    case "device":
      return problem(
        "You are signed out on this device, but we couldn't end the session on our side. Sign in again later and end all sessions on your account page.",
      );
    case "here":
      return problem(
        "You are signed out here, but we couldn't reach your identity provider. You may still be signed in there: on a shared device, sign out there as well.",
      );
  }
  if (query.error) return problem(explainSignInCode(String(query.error)));
  if ("registered" in query) return done("Your account is ready. Sign in below.");
  if ("password-changed" in query) return done("Your password has been changed. Sign in below.");
  return hasEnded ? problem("Your session has ended. Sign in again.") : {};
}
