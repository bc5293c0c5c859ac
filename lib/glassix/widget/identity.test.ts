import { afterEach, describe, expect, it, vi } from "vitest";
import { IdentityRequestError, readToken, requestIdentity, type IdentityFailure } from "./identity";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Why `requestIdentity` fails when the endpoint answers so. */
async function failureOf(answer: Response | Error): Promise<IdentityFailure> {
  vi.stubGlobal("fetch", async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const error = await requestIdentity("/api/glassix-identity", new AbortController().signal).catch((error) => error);
  expect(error).toBeInstanceOf(IdentityRequestError);
  return error.failure;
}

describe("requestIdentity", () => {
  it("sends nothing but the session's cookie, and returns the identity", async () => {
    const identity = { uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32", identityToken: "a.b.c", expiresAt: 1 };
    const fetch = vi.fn<(url: string, init: RequestInit) => Promise<Response>>(async () => Response.json(identity));
    vi.stubGlobal("fetch", fetch);
    expect(await requestIdentity("/api/glassix-identity", new AbortController().signal)).toEqual(identity);
    expect(fetch.mock.calls[0]![0]).toBe("/api/glassix-identity");
    expect(fetch.mock.calls[0]![1]).toEqual({ method: "POST", signal: expect.any(AbortSignal) });
  });

  it.each([
    [401, "unauthenticated", "refused"],
    [403, "account-disabled", "refused"],
    [429, "rate-limited", "unavailable"],
    [503, "unavailable", "unavailable"],
  ])("takes %i %s for %s", async (status, code, kind) => {
    expect(await failureOf(Response.json({ code }, { status }))).toMatchObject({ kind, code });
  });

  it.each([
    ["no network", new TypeError("offline"), "network"],
    ["a page in place of an answer", new Response("<html>"), "malformed"],
    ["an answer without a token", Response.json({ uniqueIdentifier: "x" }), "malformed"],
    ["nothing", Response.json(null), "malformed"],
  ])("takes %s for a failure that may pass", async (_, answer, code) => {
    expect(await failureOf(answer)).toMatchObject({ kind: "unavailable", code });
  });

  it("names a time-out as one: by then the customer has waited long enough to be told", async () => {
    vi.useFakeTimers();
    vi.stubGlobal(
      "fetch",
      (_: string, { signal }: { signal: AbortSignal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const asked = requestIdentity("/api/glassix-identity", new AbortController().signal).catch((error) => error);
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await asked).failure).toEqual({ kind: "unavailable", code: "timeout" });
    vi.useRealTimers();
  });

  it.each(["any", "timeout"])("works in a browser without AbortSignal.%s", async (method) => {
    vi.stubGlobal(
      "AbortSignal",
      Object.assign(class {}, { any: AbortSignal.any, timeout: AbortSignal.timeout, [method]: undefined }),
    );
    expect(await failureOf(Response.json({ code: "unauthenticated" }, { status: 401 }))).toMatchObject({
      kind: "refused",
    });
  });

  it("reads Retry-After in seconds, and as a date by the server's own clock", async () => {
    const answer = (headers: Record<string, string>) => failureOf(Response.json({}, { status: 429, headers }));
    expect((await answer({ "Retry-After": "30" })).retryAfter).toBe(30_000);
    const date = "Wed, 21 Oct 2026 07:28:00 GMT";
    const later = "Wed, 21 Oct 2026 07:28:30 GMT";
    expect((await answer({ "Retry-After": later, Date: date })).retryAfter).toBe(30_000);
    // Where the server does not say what time it has, this machine's clock must do.
    vi.spyOn(Date, "now").mockReturnValue(Date.parse(date));
    expect((await answer({ "Retry-After": later })).retryAfter).toBe(30_000);
    expect((await answer({ "Retry-After": "soon" })).retryAfter).toBeUndefined();
  });
});

describe("readToken", () => {
  it("reads for whom and for how long, and null in what is no token", () => {
    const payload = btoa(JSON.stringify({ aud: "x", iat: 100, exp: 160 })).replace(/=+$/, "");
    expect(readToken(`h.${payload}.s`)).toEqual({ audience: "x", lifetime: 60_000 });
    expect(readToken("garbage")).toBeNull();
  });
});
