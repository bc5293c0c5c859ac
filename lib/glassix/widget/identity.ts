import type { Identity } from "../identity/mint";
import { limitTime } from "./clock";

export type { Identity };

/** `refused` is final until the session changes; `unavailable` is worth a retry. */
export type IdentityFailure = {
  kind: "refused" | "unavailable";
  /** The endpoint's code ("account-disabled"), or "network", "timeout" or "malformed". */
  code: string;
  /** Milliseconds, from the Retry-After header. */
  retryAfter?: number;
};

/** Requests the identity of the session's user. Never rejects. */
export async function requestIdentity(url: string, signal: AbortSignal): Promise<Identity | IdentityFailure> {
  const limit = limitTime(signal);
  const response = await fetch(url, { method: "POST", signal: limit }).catch(() => null);
  if (!response) return unavailable(limit.aborted && !signal.aborted ? "timeout" : "network");
  const body = (await response.json().catch(() => null)) ?? {};
  if (!response.ok) {
    const code = String(body.code ?? response.status);
    // A proxy's own 401 or 403 has no code, and passes.
    if ((response.status === 401 && body.code) || code === "account-disabled") return { kind: "refused", code };
    return unavailable(code, readRetryAfter(response));
  }
  if (typeof body.identityToken !== "string" || typeof body.uniqueIdentifier !== "string")
    return unavailable("malformed");
  return body;
}

const unavailable = (code: string, retryAfter?: number): IdentityFailure => ({ kind: "unavailable", code, retryAfter });

function readRetryAfter({ headers }: Response): number | undefined {
  return parseInt(headers.get("retry-after") ?? "") * 1000 || undefined;
}

/** Reads a token without verifying it: its audience, and its lifetime in milliseconds. Null if it is malformed. */
export function readToken(identityToken: string): { audience: unknown; lifetime: number } | null {
  try {
    const payload = identityToken.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    const { aud, iat, exp } = JSON.parse(atob(payload));
    return { audience: aud, lifetime: (exp - iat) * 1000 };
  } catch {
    return null;
  }
}
