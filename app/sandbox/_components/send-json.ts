type Answer<Body> = { ok: true; body: Body } | { ok: false; code: string; error: string };

const TIMEOUT = 15_000;

/** Never throws: a failed request also returns a code. */
export async function sendJson<Body = object>(
  method: "GET" | "POST" | "PUT" | "PATCH",
  address: string,
  body?: object,
): Promise<Answer<Body>> {
  try {
    const response = await fetch(address, {
      method,
      headers: { "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
      cache: "no-store",
      // Missing in older browsers.
      signal: AbortSignal.timeout?.(TIMEOUT),
    });
    const answer = await response.json();
    return response.ok ? { ok: true, body: answer } : { ok: false, code: answer.code, error: answer.error };
  } catch {
    return { ok: false, code: "no-response", error: "The server does not respond. Check that it is running." };
  }
}
