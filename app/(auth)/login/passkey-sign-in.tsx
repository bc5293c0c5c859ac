import { PasskeyButton } from "@/components/portal/passkey-button";
import { findRelyingParty } from "@/lib/auth/passkeys";
import { getTranslations } from "@/lib/i18n/request";
import { signInWithPasskeyAction } from "./passkey/actions";

type Props = { callbackUrl: string; kind?: "primary"; hasAutofill?: boolean };

export async function PasskeySignIn(props: Props) {
  if (!findRelyingParty()) return null;
  const t = await getTranslations("login");
  return <PasskeyButton purpose="sign-in" action={signInWithPasskeyAction} label={t("passkey")} {...props} />;
}
