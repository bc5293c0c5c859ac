import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { SingleSignOn } from "@/components/portal/single-sign-on";
import { ActionForm } from "@/components/ui/action-form";
import { CheckIcon, WarningIcon } from "@/components/ui/icons";
import { toSafePath } from "@/lib/auth/callback-url";
import { getUser } from "@/lib/auth/session";
import { env } from "@/lib/env";
import { explainSignInCode } from "@/lib/portal/sign-in-messages";
import { continueWithProviderAction, signInAction } from "./actions";

export const metadata: Metadata = { title: "Sign in" };

export default async function LoginPage({ searchParams }: PageProps<"/login">) {
  const query = await searchParams;
  const callbackUrl = toSafePath(query.callbackUrl);
  if (await getUser()) redirect(callbackUrl);
  const problem = findProblem(query);

  return (
    <AuthLayout
      title="Welcome back"
      aside={
        <>
          New to the portal?{" "}
          <a href="/register" className="link">
            Create an account
          </a>
        </>
      }
    >
      {problem && (
        <p role="alert" className="notice notice-problem mb-6">
          <WarningIcon className="mt-1 size-4 shrink-0" />
          <span>{problem}</span>
        </p>
      )}
      {query["signed-out"] === "" && (
        <p role="status" className="notice notice-calm mb-6">
          <CheckIcon className="mt-1 size-4 shrink-0 text-good" />
          <span>You are signed out. Your account and your chat are no longer visible on this device.</span>
        </p>
      )}
      {("registered" in query || "password-changed" in query) && (
        <p role="status" className="notice notice-calm mb-6">
          <CheckIcon className="mt-1 size-4 shrink-0 text-good" />
          <span>
            {"registered" in query ? "Your account is ready." : "Your password has been changed."} Sign in below.
          </span>
        </p>
      )}
      <ActionForm
        action={signInAction}
        submit="Sign in"
        hidden={{ callbackUrl }}
        fields={[
          { name: "email", label: "Email", kind: "email", autoComplete: "username" },
          { name: "password", label: "Password", kind: "password", autoComplete: "current-password" },
        ]}
      />
      {env().oidc && <SingleSignOn action={continueWithProviderAction} callbackUrl={callbackUrl} />}
      {env().isSandboxOn && (
        <section className="mt-10 grid gap-4 rounded-card border border-dashed border-edge p-5">
          <p className="text-sm text-quiet">This is a demo with two customers.</p>
          {["John Wick", "Jane Doe"].map((name) => {
            const email = `${name.toLowerCase().replace(" ", ".")}@example.com`;
            const hidden = { callbackUrl, email, password: "Portal-demo-1" };
            return (
              <ActionForm key={name} action={signInAction} submit={`Continue as ${name}`} fields={[]} hidden={hidden} />
            );
          })}
        </section>
      )}
    </AuthLayout>
  );
}

function findProblem(query: Record<string, string | string[] | undefined>): string | null {
  if (query["signed-out"] === "device")
    return "You are signed out on this device, but we couldn't end the session on our side. Sign in again later and end all sessions on your account page.";
  if (query["signed-out"] === "here")
    return "You are signed out here, but we couldn't reach your identity provider. You may still be signed in there: on a shared device, sign out there as well.";
  return query.error ? explainSignInCode(String(query.error)) : null;
}
