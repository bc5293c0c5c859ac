import {
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import type { Purpose } from "@/lib/auth/passkey-ceremonies";

type Options = PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON;

/** Loaded only when it is needed. Returns neither after the customer cancels. */
export async function askForPasskey(
  purpose: Purpose,
  { isAutofill, signal }: { isAutofill: boolean; signal: AbortSignal },
): Promise<{ response?: string; problem?: string }> {
  try {
    if (isAutofill && !(await browserSupportsWebAuthnAutofill())) return {};
    const answer = await fetch(`/api/passkeys/challenge?purpose=${purpose}`, { method: "POST", signal });
    const { options, error } = (await answer.json()) as { options?: Options; error?: string };
    if (!options) return { problem: error ?? FAILED };
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
    if (name === "InvalidStateError") return { problem: "This device already has a passkey for your account." };
    return { problem: FAILED };
  }
}

const FAILED = "Your browser couldn't use a passkey just now. Check your connection and try again, or use another way.";
