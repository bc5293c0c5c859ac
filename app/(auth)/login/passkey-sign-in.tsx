import { PasskeyButton } from "@/components/portal/passkey-button";
import { findRelyingParty } from "@/lib/auth/passkeys";
import { signInWithPasskeyAction } from "./passkey/actions";

type Props = { callbackUrl: string; kind?: "primary"; hasAutofill?: boolean };

export function PasskeySignIn(props: Props) {
  if (!findRelyingParty()) return null;
  return <PasskeyButton purpose="sign-in" action={signInWithPasskeyAction} label="Sign in with a passkey" {...props} />;
}
