import {
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import type { Purpose } from "@/lib/auth/passkey-ceremonies";

type Texts = { passkeyFailed: string; passkeyExists: string };
type Options = PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON;

/** Loaded only when it is needed. Returns neither after the customer cancels. */
export async function askForPasskey(
  purpose: Purpose,
  { isAutofill, signal, texts }: { isAutofill: boolean; signal: AbortSignal; texts: Texts },
): Promise<{ response?: string; problem?: string }> {
  try {
    if (isAutofill && !(await browserSupportsWebAuthnAutofill())) return {};
    const answer = await fetch(`/api/passkeys/challenge?purpose=${purpose}`, { method: "POST", signal });
    const { options, error } = (await answer.json()) as { options?: Options; error?: string };
    if (!options) return { problem: error ?? texts.passkeyFailed };
    signal.throwIfAborted();
    signal.addEventListener("abort", () => WebAuthnAbortService.cancelCeremony());
    const response =
      purpose === "registration"
        ? await startRegistration({ optionsJSON: options })
        : await startAuthentication({ optionsJSON: options, useBrowserAutofill: isAutofill });
    return { response: JSON.stringify(response) };
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    // NotAllowedError: the customer closed the browser's dialog, or waited too long.
    if (signal.aborted || name === "AbortError" || name === "NotAllowedError") return {};
    if (name === "InvalidStateError") return { problem: texts.passkeyExists };
    return { problem: texts.passkeyFailed };
  }
}
