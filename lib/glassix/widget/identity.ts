import { limitTime } from "./clock";

/** How long the endpoint may take, in milliseconds. */
const TIME_LIMIT = 10_000;

/** An identity as the endpoint returns it. */
export type Identity = {
  uniqueIdentifier: string;
  identityToken: string;
  /** Seconds since 1970, by the server's clock. */
  expiresAt: number;
};

/** Why there is no identity. `refused` is final until the session changes; `unavailable` is worth another try. */
export type IdentityFailure = {
  kind: "refused" | "unavailable";
  /** The endpoint's own code ("account-disabled"), or the name of what happened ("network"). */
  code: string;
  /** How long the server asked to be left alone, in milliseconds. */
  retryAfter?: number;
};

export class IdentityRequestError extends Error {
  override name = "IdentityRequestError";
  constructor(readonly failure: IdentityFailure) {
    super(`No identity: ${failure.code}.`);
  }
}

/**
 * Asks the portal for the identity of whoever is signed in: the session cookie says who, and nothing else does.
 *
 * @throws IdentityRequestError saying whether another try may help
 */
export async function requestIdentity(url: string, signal: AbortSignal): Promise<Identity> {
  const limit = limitTime(signal, TIME_LIMIT);
  const response = await fetch(url, { method: "POST", signal: limit }).catch(() => null);
  if (!response) {
    throw new IdentityRequestError({
      kind: "unavailable",
      code: limit.aborted && !signal.aborted ? "timeout" : "network",
    });
  }
  const body = (await response.json().catch(() => null)) ?? {};
  if (!response.ok) {
    // Asking again with the same session cannot mend these. Anything else passes.
    const kind = response.status === 401 || response.status === 403 ? "refused" : "unavailable";
    throw new IdentityRequestError({
      kind,
      code: String(body.code ?? response.status),
      retryAfter: readRetryAfter(response),
    });
  }
  if (typeof body.identityToken !== "string" || typeof body.uniqueIdentifier !== "string") {
    throw new IdentityRequestError({ kind: "unavailable", code: "malformed" });
  }
  return body;
}

/** Milliseconds. The header holds seconds, or a date: by the server's clock, as its own `Date` is where it sends one. */
function readRetryAfter({ headers }: Response): number | undefined {
  const value = headers.get("retry-after") ?? "";
  const wait = Number(value) * 1000 || Date.parse(value) - (Date.parse(headers.get("date") ?? "") || Date.now());
  return wait > 0 ? wait : undefined;
}

/** What the browser reads in a token: whom it vouches for, and for how long, in milliseconds. Null when it is no token. */
export function readToken(identityToken: string): { audience: unknown; lifetime: number } | null {
  try {
    const payload = identityToken.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    const { aud, iat, exp } = JSON.parse(atob(payload));
    return { audience: aud, lifetime: (exp - iat) * 1000 };
  } catch {
    return null;
  }
}
