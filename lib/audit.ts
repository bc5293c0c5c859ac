import "server-only";
import { createHmac } from "node:crypto";
import { headers } from "next/headers";
import { readClientAddress, toNetwork } from "@/lib/client-address";
import { env } from "@/lib/env";
import { log, readRequestId, SECRETS } from "@/lib/log";

export type AuditEvent =
  | "registration"
  | "registration-requested"
  | "sign-in"
  | "lockout"
  | "sign-out"
  | "sessions-ended"
  | "password-changed"
  | "name-changed"
  | "email-confirmed"
  | "email-changed"
  | "password-reset-requested"
  | "password-reset"
  | "reauthenticated"
  | "passkey-added"
  | "passkey-removed"
  | "passkey-required"
  | "recovery-codes"
  | "provider-link-added"
  | "provider-link-removed"
  | "identity-minted"
  | "claim-filed"
  | "desk-access";

// Flat, so redaction at depth would only cost time.
const auditLog = log.child({}, { redact: SECRETS });

/** @param details codes, counts and ids; never an email address, a password or a token */
export async function audit(
  event: AuditEvent,
  outcome: "success" | "refused",
  { email, sessionId }: { email?: string; sessionId?: string } = {},
  details: Record<string, string | number | boolean | null> = {},
): Promise<void> {
  const address = await readClientAddress();
  auditLog.info(
    {
      event,
      outcome,
      session: sessionId ?? null,
      account: email === undefined ? null : hashAccount(email),
      network: address && toNetwork(address),
      requestId: readRequestId(await headers()),
      ...details,
    },
    "audit",
  );
}

/** Keyed, so that nobody can hash a list of addresses to find a match. */
export function hashAccount(email: string): string {
  const key = createHmac("sha256", env().nextAuthSecret).update("audit account").digest();
  return createHmac("sha256", key).update(email).digest("hex").slice(0, 32);
}
