import { redirect } from "next/navigation";
import { AuthLayout } from "@/components/portal/auth-layout";
import { PhoneLink } from "@/components/portal/phone-link";
import { ActionForm } from "@/components/ui/action-form";
import { toSafePath } from "@/lib/auth/callback-url";
import { passwordProof } from "@/lib/auth/recovery-codes";
import { getUser } from "@/lib/auth/session";
import { PasskeySignIn } from "../passkey-sign-in";
import { recoveryCodeAction } from "./actions";

export const metadata = { title: "One more step" };

export default async function PasskeyPage({ searchParams }: PageProps<"/login/passkey">) {
  const callbackUrl = toSafePath([(await searchParams).callbackUrl].flat()[0]);
  if (await getUser()) redirect(callbackUrl);
  if (!(await passwordProof.read())) redirect(`/login?${new URLSearchParams({ callbackUrl })}`);

  return (
    <AuthLayout title="One more step" aside="Your password is correct. This account also needs your passkey.">
      <PasskeySignIn callbackUrl={callbackUrl} kind="primary" />
      <section className="border-t border-line pt-8">
        <h2>Lost your passkey?</h2>
        <p className="mt-2 mb-6 text-sm text-quiet">
          Use one of the recovery codes that you kept when you turned this on. Each works once. No codes left? Call{" "}
          <PhoneLink />.
        </p>
        <ActionForm
          action={recoveryCodeAction}
          submit="Use recovery code"
          kind="quiet"
          hidden={{ callbackUrl }}
          fields={[{ name: "code", label: "Recovery code", autoComplete: "off" }]}
        />
      </section>
    </AuthLayout>
  );
}
