import "server-only";
import { encryptedCookie } from "./cookies";

export const PASSKEY_REQUIRED = "PasskeyRequired";

export class PasskeyRequiredError extends Error {
  override name = "PasskeyRequiredError";
  constructor() {
    super(PASSKEY_REQUIRED);
  }
}

/** Written after the right password where a passkey has to follow: a recovery code replaces only the passkey. */
export const passwordProof = encryptedCookie<{ userId: string; passwordHash: string }>("portal.password-proof", 600);
