import { AuthLayout } from "@/components/portal/auth-layout";
import { DeadLink } from "@/components/portal/dead-link";
import { newPasswordField } from "@/components/portal/password-fields";
import { ActionForm } from "@/components/ui/action-form";
import { readLink } from "@/lib/auth/email-links";
import { listOtherSignIns } from "@/lib/auth/password-reset";
import { resetPasswordAction } from "./actions";

export const metadata = { title: "Choose a new password" };

export default async function ResetPasswordPage() {
  const link = await readLink("reset-password");
  if (!link) return <DeadLink links={{ "/forgot-password": "Request a new link", "/login": "Sign in" }} />;
  const { isPasskeyRequired, _count } = await listOtherSignIns(link);
  const options = {
    ...(_count.accounts > 0 && { removeLinks: "Also remove single sign-on" }),
    ...(_count.passkeys > 0 && !isPasskeyRequired && { removePasskeys: "Also remove all passkeys" }),
  };
  return (
    <AuthLayout
      title="Choose a new password"
      aside={
        <>
          For <strong>{link.email}</strong>. Saving it signs you out everywhere.
        </>
      }
    >
      <ActionForm
        action={resetPasswordAction}
        submit="Save password"
        hidden={{ link: link.id }}
        fields={[{ ...newPasswordField, name: "newPassword", label: "New password" }]}
      >
        {Object.keys(options).length > 0 && (
          <fieldset className="col-span-full">
            <legend className="text-sm text-quiet">
              Your other ways to sign in keep working. Remove those that you did not add.
            </legend>
            {Object.entries(options).map(([name, label]) => (
              <label key={name} className="flex min-h-11 items-center gap-3">
                <input type="checkbox" name={name} className="size-4" />
                {label}
              </label>
            ))}
          </fieldset>
        )}
        {isPasskeyRequired && (
          <p className="col-span-full text-sm text-quiet">
            You will also need your passkey or a recovery code to sign in.
          </p>
        )}
      </ActionForm>
    </AuthLayout>
  );
}
