import "server-only";
import { audit } from "@/lib/audit";
import { verifyPasskey, type PasskeyProblem } from "./passkey-ceremonies";
import type { SessionUser } from "./session";
import { refreshAuthentication } from "./session-store";
import { verifyCredentials } from "./users";

export async function reauthenticateWithPassword(user: SessionUser, password: string): Promise<boolean> {
  const verified = await verifyCredentials(user.email, password);
  // Where a passkey is required, a password alone proves nothing.
  const isRight = verified?.id === user.id && !verified.isPasskeyRequired;
  await finish(user, "password", isRight ? null : "wrong-password");
  return isRight;
}

export async function reauthenticateWithPasskey(user: SessionUser, json: unknown): Promise<PasskeyProblem | null> {
  const result = await verifyPasskey(user, json);
  const problem = typeof result === "string" || "locked" in result ? result : null;
  await finish(user, "passkey", problem);
  return problem;
}

async function finish(user: SessionUser, method: string, problem: PasskeyProblem | "wrong-password" | null) {
  if (!problem) {
    await refreshAuthentication(user);
    return audit("reauthenticated", "success", user, { method });
  }
  const reason = typeof problem === "string" ? problem : "rate-limited";
  await audit("reauthenticated", "refused", user, { method, reason });
}
