import type { Identity } from "../identity/mint";
import { limitTime } from "./clock";

const TIME_LIMIT = 10_000;

export type { Identity };

/** `refused` is final until the session changes; `unavailable` is worth a retry. */
export type IdentityFailure = {
  kind: "refused" | "unavailable";
  /** The endpoint's code ("account-disabled"), or "network", "timeout" or "malformed". */
  code: string;
  /** Milliseconds, from the Retry-After header. */
  retryAfter?: number;
};

export class IdentityRequestError extends Error {
  override name = "IdentityRequestError";
  constructor(readonly failure: IdentityFailure) {
    super(`No identity: ${failure.code}.`);
  }
}

/** Requests the identity of the signed-in user; the session cookie says who that is. Throws IdentityRequestError. */
export async function requestIdentity(url: string, signal: AbortSignal): Promise<Identity> {
  const limit = limitTime(signal, TIME_LIMIT);
  const response = await fetch(url, { method: "POST", signal: limit }).catch(() => null);
  if (!response) throw unavailable(limit.aborted && !signal.aborted ? "timeout" : "network");
  const body = (await response.json().catch(() => null)) ?? {};
  if (!response.ok) {
    const code = String(body.code ?? response.status);
    // A proxy's own 401 or 403 has no code, and passes.
    if (body.code && (response.status === 401 || response.status === 403))
      throw new IdentityRequestError({ kind: "refused", code });
    throw unavailable(code, readRetryAfter(response));
  }
  if (typeof body.identityToken !== "string" || typeof body.uniqueIdentifier !== "string")
    throw unavailable("malformed");
  return body;
}

const unavailable = (code: string, retryAfter?: number) =>
  new IdentityRequestError({ kind: "unavailable", code, retryAfter });

function readRetryAfter({ headers }: Response): number | undefined {
  const value = headers.get("retry-after") ?? "";
  const wait = Number(value) * 1000 || Date.parse(value) - (Date.parse(headers.get("date") ?? "") || Date.now());
  return wait > 0 ? wait : undefined;
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
