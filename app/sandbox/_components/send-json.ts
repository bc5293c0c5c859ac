/** What the server answered, or one sentence about what is wrong and a code to switch on. */
export type Answer<Body> = { ok: true; body: Body } | { ok: false; code: string; error: string };

const TIME_LIMIT = 15_000;

/** Sends JSON to this server. Never throws: a server that does not answer is an answer. */
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
      // Older browsers have no AbortSignal.timeout: they wait for as long as the network does.
      signal: typeof AbortSignal.timeout === "function" ? AbortSignal.timeout(TIME_LIMIT) : undefined,
    });
    const answer = await response.json();
    return response.ok ? { ok: true, body: answer } : { ok: false, code: answer.code, error: answer.error };
  } catch {
    return { ok: false, code: "no-answer", error: "This server does not answer. Look whether it still runs." };
  }
}
